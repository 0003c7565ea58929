package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.tiltmeter.evaluator.checkpoint.Dimensions;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.export.NextToken;
import io.tiltmeter.evaluator.export.VettedGraph;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sequences of an ONNX export, padded on the left to one length. The keys and values that a run
 * gives are the next run's input and stay in native memory.
 */
public final class ExportBatch implements AnswerBatch {
  private final ExportSession session;
  private final Dimensions numbers;
  private final List<Row> rows = new ArrayList<>();
  private OrtSession.@Nullable Result cache;

  /** Rows of the cache, dropped ones included. */
  private int cachedRows;

  /** Columns of the cache. */
  private int columns;

  ExportBatch(ExportSession session) {
    this.session = session;
    this.numbers = session.dimensions();
  }

  /** One sequence. */
  private static final class Row {
    private final int padding;
    private int cached;
    private long next;
    private float logitSum;

    Row(int padding, int cached) {
      this.padding = padding;
      this.cached = cached;
    }
  }

  @Override
  public void start(List<BatchRow> batch, int capacity) {
    close();
    int width = batch.stream().mapToInt(row -> row.tokens().size()).max().orElse(0);
    long[] ids = new long[batch.size() * width];
    long[] positions = new long[ids.length];
    for (int row = 0; row < batch.size(); row++) {
      List<Integer> tokens = batch.get(row).tokens();
      int padding = width - tokens.size();
      rows.add(new Row(padding, row));
      for (int i = 0; i < tokens.size(); i++) {
        ids[row * width + padding + i] = tokens.get(i);
        positions[row * width + padding + i] = i;
      }
    }
    run(session.first(), ids, positions, width);
  }

  @Override
  public void step() {
    forgetDropped();
    long[] ids = new long[rows.size()];
    long[] positions = new long[rows.size()];
    for (int row = 0; row < ids.length; row++) {
      ids[row] = rows.get(row).next;
      positions[row] = (long) columns - rows.get(row).padding;
    }
    run(session.later(), ids, positions, 1);
  }

  @Override
  public int rows() {
    return rows.size();
  }

  @Override
  public int next(int row) {
    return Math.toIntExact(rows.get(row).next);
  }

  @Override
  public boolean isFinite(int row) {
    return Float.isFinite(rows.get(row).logitSum);
  }

  @Override
  public void remove(int row) {
    Row last = rows.removeLast();
    if (row < rows.size()) {
      rows.set(row, last);
    }
  }

  @Override
  public void close() {
    rows.clear();
    columns = 0;
    if (cache != null) {
      cache.close();
      cache = null;
    }
  }

  /** Feeds {@code width} columns; the cache then holds them too. */
  private void run(ExportSession.Graph graph, long[] ids, long[] positions, int width) {
    try (Pass pass = new Pass()) {
      long[] shape = {rows.size(), width};
      int total = columns + width;
      pass.input(VettedGraph.INPUT_IDS, () -> longs(ids, shape));
      pass.input(VettedGraph.POSITION_IDS, () -> longs(positions, shape));
      pass.input(VettedGraph.ATTENTION_MASK, () -> longs(mask(total), rows.size(), total));
      addPast(pass, graph);
      replace(session.run(graph, pass.inputs()), total);
      takeTokens();
    } catch (OrtException e) {
      throw notMade(e);
    }
  }

  private long[] mask(int total) {
    long[] mask = new long[rows.size() * total];
    for (int row = 0; row < rows.size(); row++) {
      for (int column = rows.get(row).padding; column < total; column++) {
        mask[row * total + column] = 1;
      }
    }
    return mask;
  }

  private void addPast(Pass pass, ExportSession.Graph graph) throws OrtException {
    if (graph.takesBranch()) {
      boolean[] past = {cache != null};
      pass.input(
          VettedGraph.BRANCH, () -> OnnxTensor.createTensor(OnnxRuntime.environment(), past));
    }
    if (!graph.takesPast()) {
      return;
    }
    if (cache != null) {
      pass.borrow(past(cache));
      return;
    }
    long[] none = {rows.size(), numbers.kvHeads(), 0, numbers.headDim()};
    for (int layer = 0; layer < numbers.layers(); layer++) {
      pass.input(VettedGraph.past(layer, "key"), () -> empty(none));
      pass.input(VettedGraph.past(layer, "value"), () -> empty(none));
    }
  }

  private Map<String, OnnxTensor> past(OrtSession.Result outputs) {
    Map<String, OnnxTensor> past = new HashMap<>();
    for (int layer = 0; layer < numbers.layers(); layer++) {
      for (String part : List.of("key", "value")) {
        past.put(VettedGraph.past(layer, part), tensor(outputs, VettedGraph.present(layer, part)));
      }
    }
    return past;
  }

  private void forgetDropped() {
    if (cache == null || cachedRows == rows.size()) {
      return;
    }
    long[] chosen = rows.stream().mapToLong(row -> row.cached).toArray();
    try (Pass pass = new Pass()) {
      pass.input(RowChoice.ROWS, () -> longs(chosen, chosen.length));
      pass.borrow(past(cache));
      replace(session.choose(pass.inputs()), columns);
    } catch (OrtException e) {
      throw notMade(e);
    }
  }

  private void replace(OrtSession.Result outputs, int width) {
    if (cache != null) {
      cache.close();
    }
    cache = outputs;
    columns = width;
    cachedRows = rows.size();
    for (int row = 0; row < cachedRows; row++) {
      rows.get(row).cached = row;
    }
  }

  private void takeTokens() {
    OrtSession.Result outputs = Objects.requireNonNull(cache);
    LongBuffer next = tensor(outputs, NextToken.NEXT).getLongBuffer();
    FloatBuffer sums = tensor(outputs, NextToken.LOGIT_SUM).getFloatBuffer();
    for (int row = 0; row < cachedRows; row++) {
      rows.get(row).next = next.get(row);
      rows.get(row).logitSum = sums.get(row);
    }
  }

  private static OnnxTensor tensor(OrtSession.Result outputs, String name) {
    OnnxValue value = outputs.get(name).orElseThrow();
    return (OnnxTensor) value;
  }

  private static OnnxTensor longs(long[] values, long... shape) throws OrtException {
    return OnnxTensor.createTensor(OnnxRuntime.environment(), LongBuffer.wrap(values), shape);
  }

  private static OnnxTensor empty(long... shape) throws OrtException {
    return OnnxTensor.createTensor(OnnxRuntime.environment(), FloatBuffer.allocate(0), shape);
  }

  private static ModelException notMade(OrtException e) {
    return new ModelException("tensors were not made: " + OnnxRuntime.firstLine(e), e);
  }
}
