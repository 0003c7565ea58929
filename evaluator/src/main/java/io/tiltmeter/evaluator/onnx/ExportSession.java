package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.tiltmeter.evaluator.checkpoint.Dimensions;
import io.tiltmeter.evaluator.checkpoint.Export;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.export.ExportVetting;
import io.tiltmeter.evaluator.export.NextToken;
import io.tiltmeter.evaluator.export.VettedGraph;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A loaded ONNX export. An export of two graphs holds its weights twice. */
public final class ExportSession implements DecoderModel {
  private final Export export;
  private final RuntimeInfo runtime;
  private final List<Graph> graphs = new ArrayList<>();
  private final List<OrtSession> sessions = new ArrayList<>();
  private final Set<String> outputs = new HashSet<>();
  private boolean closed;

  private ExportSession(Export export, RuntimeInfo runtime) {
    this.export = export;
    this.runtime = runtime;
    outputs.add(NextToken.NEXT);
    outputs.add(NextToken.LOGIT_SUM);
    for (int layer = 0; layer < export.dimensions().layers(); layer++) {
      outputs.add(VettedGraph.present(layer, "key"));
      outputs.add(VettedGraph.present(layer, "value"));
    }
  }

  /** A graph that can run; its flags are those of {@link VettedGraph}. */
  record Graph(OrtSession session, boolean takesPast, boolean takesBranch) {}

  /**
   * Vets the graphs and loads what passed; blocks for about a second per 500 MB of weights.
   *
   * @throws ModelException if the graphs are not those of an export, the provider is missing, the
   *     runtime refuses what it is given, or padding changes the answers
   */
  public static ExportSession open(Export export, Execution execution) {
    requireFloats(export, execution.weights());
    List<VettedGraph> graphs = ExportVetting.vet(export);
    try (SessionOptions options = options(export.directory(), execution.threads())) {
      Provider used = OnnxRuntime.use(execution.provider(), options);
      ExportSession session = new ExportSession(export, OnnxRuntime.info(used, execution));
      try {
        session.load(graphs, options);
        PaddingCheck.require(session, export.directory());
        return session;
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new ModelException(
          "ONNX Runtime refused the export in %s: %s"
              .formatted(export.directory(), OnnxRuntime.firstLine(e)),
          e);
    }
  }

  @Override
  public Dimensions dimensions() {
    return export.dimensions();
  }

  @Override
  public RuntimeInfo runtime() {
    return runtime;
  }

  @Override
  public GraphKind kind() {
    return GraphKind.EXPORT;
  }

  /**
   * Counts what such graphs hold at once: keys and values before and after a run, logits of every
   * column, and attention scores before and after their softmax.
   */
  @Override
  public boolean fits(int rows, int capacity, long bytes) {
    Dimensions numbers = export.dimensions();
    long cached = 2L * numbers.layers() * numbers.kvHeads() * numbers.headDim();
    long scores = (long) numbers.heads() * capacity;
    double position = (2.0 * cached + numbers.vocabulary() + 2.0 * scores) * Float.BYTES;
    return position * rows * capacity <= bytes;
  }

  /** Memory grows with the batch, so none is set aside. */
  @Override
  public ExportBatch batch(int maxRows, long positions) {
    return new ExportBatch(this);
  }

  @Override
  public DecoderBatch scoringBatch(int maxRows, long positions) {
    throw new ModelException(
        "%s: likelihoods are not read from an ONNX export; give the model as safetensors"
            .formatted(export.directory()));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (OrtSession session : sessions) {
      try {
        session.close();
      } catch (OrtException e) {
        throw new ModelException(
            "export in %s was not released: %s"
                .formatted(export.directory(), OnnxRuntime.firstLine(e)),
            e);
      }
    }
  }

  /** The graph that reads prompts. */
  Graph first() {
    return graphs.getFirst();
  }

  /** The graph that takes one token more. */
  Graph later() {
    return graphs.getLast();
  }

  /** Runs one of the graphs; whoever asked closes the result. */
  OrtSession.Result run(Graph graph, Map<String, OnnxTensor> inputs) {
    return run(graph.session(), inputs, outputs);
  }

  /** Copies chosen rows of keys and values; whoever asked closes the result. */
  OrtSession.Result choose(Map<String, OnnxTensor> inputs) {
    OrtSession choice = sessions.getLast();
    return run(choice, inputs, choice.getOutputNames());
  }

  private OrtSession.Result run(
      OrtSession session, Map<String, OnnxTensor> inputs, Set<String> wanted) {
    try {
      return session.run(inputs, wanted);
    } catch (OrtException e) {
      throw new ModelException(
          "export in %s stopped running: %s"
              .formatted(export.directory(), OnnxRuntime.firstLine(e)),
          e);
    }
  }

  private void load(List<VettedGraph> vetted, SessionOptions options) throws OrtException {
    for (VettedGraph graph : vetted) {
      OrtSession session = load(graph.model().toByteArray(), options);
      graphs.add(new Graph(session, graph.takesPast(), graph.takesBranch()));
    }
    load(RowChoice.graph(export.dimensions()), options);
  }

  private OrtSession load(byte[] graph, SessionOptions options) throws OrtException {
    OrtSession session = OnnxRuntime.environment().createSession(graph, options);
    sessions.add(session);
    return session;
  }

  private static void requireFloats(Export export, WeightFormat weights) {
    if (weights != WeightFormat.FLOAT32) {
      throw new ModelException(
          "%s: an ONNX export runs as it is, found weights in %s; say %s"
              .formatted(export.directory(), weights.wireName(), WeightFormat.FLOAT32.wireName()));
    }
  }

  private static SessionOptions options(Path directory, int threads) throws OrtException {
    SessionOptions options = new SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    options.addConfigEntry(
        "session.model_external_initializers_file_folder_path", directory.toString());
    return options;
  }
}
