package io.tiltmeter.evaluator.scan.row;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.PqStruct;
import dev.hardwood.row.StructAccessor;
import io.tiltmeter.evaluator.scan.row.Packing.BrokenPacking;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The rows of a Parquet file as lines of JSON, one for each, so that they are read like any others:
 * columns are members, and what is null is left out.
 *
 * <p>Reading throws {@link BrokenPacking} where the file is no such file.
 */
public final class ParquetLines extends InputStream {
  private static final JsonFactory JSON = new JsonFactory();

  private final ParquetFileReader file;
  private final RowReader rows;
  private ByteArrayInputStream lines = new ByteArrayInputStream(new byte[0]);

  private ParquetLines(ParquetFileReader file) {
    this.file = file;
    this.rows = file.rowReader();
  }

  /** Opens a file at its first row. */
  public static InputStream open(Path path) throws IOException {
    try {
      return new ParquetLines(ParquetFileReader.open(InputFile.of(path)));
    } catch (IOException | RuntimeException e) {
      throw broken(e);
    }
  }

  private static BrokenPacking broken(Exception e) {
    return new BrokenPacking("the parquet data end early or are damaged", e);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (lines.available() == 0) {
      next();
    }
    return lines.read(into, offset, length);
  }

  private void next() throws IOException {
    try {
      if (rows.hasNext()) {
        rows.next();
        lines = new ByteArrayInputStream(line(rows));
      }
    } catch (BrokenPacking e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw broken(e);
    }
  }

  private static byte[] line(StructAccessor row) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      write(row, json);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static void write(StructAccessor row, JsonGenerator json) throws IOException {
    json.writeStartObject();
    for (int field = 0; field < row.getFieldCount(); field++) {
      if (!row.isNull(field)) {
        json.writeName(row.getFieldName(field));
        write(row.getValue(field), json);
      }
    }
    json.writeEndObject();
  }

  private static void write(@Nullable Object value, JsonGenerator json) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case PqStruct struct -> write(struct, json);
      case PqList list -> write(list, json);
      case PqMap map -> write(map, json);
      case Boolean truth -> json.writeBoolean(truth);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Float number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case byte[] bytes -> json.writeString(text(bytes));
      default -> json.writeString(value.toString());
    }
  }

  private static void write(PqList list, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (Object value : list.values()) {
      write(value, json);
    }
    json.writeEndArray();
  }

  private static void write(PqMap map, JsonGenerator json) throws IOException {
    json.writeStartObject();
    for (PqMap.Entry entry : map.getEntries()) {
      json.writeName(String.valueOf(entry.getKey()));
      write(entry.getValue(), json);
    }
    json.writeEndObject();
  }

  /** Columns of older files do not say that their bytes are text. */
  private static String text(byte[] bytes) throws BrokenPacking {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BrokenPacking("a parquet column holds bytes that are not UTF-8", e);
    }
  }

  @Override
  public void close() throws IOException {
    rows.close();
    file.close();
  }
}
