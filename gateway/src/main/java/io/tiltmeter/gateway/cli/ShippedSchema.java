package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.packfile.PackReader;
import io.tiltmeter.gateway.policyfile.PolicyReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A JSON Schema (2020-12) that lies beside the reader of its kind of file. */
enum ShippedSchema {
  POLICY(PolicyReader.class, "policy.schema.json"),
  PACK(PackReader.class, "pack.schema.json"),
  PROBE(PackReader.class, "probe.schema.json");

  private final Class<?> reader;
  private final String file;

  ShippedSchema(Class<?> reader, String file) {
    this.reader = reader;
    this.file = file;
  }

  /** Prints it as it is kept, or in one line. */
  int print(PrintWriter out, boolean inOneLine) {
    String text = text();
    out.print(inOneLine ? Json.line(Json.MAPPER.readTree(text)) + "\n" : text);
    out.flush();
    return ExitCode.OK;
  }

  private String text() {
    try (InputStream in = Objects.requireNonNull(reader.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CommandException("the schema %s cannot be read".formatted(file), e);
    }
  }
}
