package io.tiltmeter.evaluator.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Dimensions;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model, with or without an adapter that acts on chosen rows. It may be used by several
 * threads, each with a batch of its own; closing it while a batch is open is not allowed.
 */
public final class DecoderSession implements DecoderModel {
  private static final int HEAD_DIM_UNIT = 16;

  private final Checkpoint checkpoint;
  private final OrtSession session;
  private final @Nullable AdapterInputs adapter;
  private final QuantisedWeights quantised;
  private final RuntimeInfo runtime;
  private boolean closed;

  private DecoderSession(
      Checkpoint checkpoint,
      OrtSession session,
      @Nullable AdapterInputs adapter,
      QuantisedWeights quantised,
      RuntimeInfo runtime) {
    this.checkpoint = checkpoint;
    this.session = session;
    this.adapter = adapter;
    this.quantised = quantised;
    this.runtime = runtime;
  }

  /**
   * Loads a checkpoint; blocks for about a second per 500 MB of weights.
   *
   * @param adapter null for none; its pairs are read now, whole tensors stay in their files
   * @throws ModelException if the provider is missing, the runtime cannot run the model's shape or
   *     refuses its files, or the adapter or a matrix to be rounded holds NaN or Infinity
   */
  public static DecoderSession open(
      Checkpoint checkpoint, @Nullable Adapter adapter, Execution execution) {
    requireRunnable(checkpoint);
    QuantisedWeights quantised = new QuantisedWeights();
    AdapterInputs inputs = null;
    try (SessionOptions options = new SessionOptions()) {
      Provider used = OnnxRuntime.use(execution.provider(), options);
      IntegerKernels.requireExact(execution.weights());
      inputs = adapter == null ? null : AdapterInputs.read(adapter);
      OrtSession session = load(checkpoint, adapter, options, execution, quantised);
      RuntimeInfo runtime = OnnxRuntime.info(used, execution);
      return new DecoderSession(checkpoint, session, inputs, quantised, runtime);
    } catch (OrtException | RuntimeException e) {
      quantised.close();
      if (inputs != null) {
        inputs.close();
      }
      throw e instanceof OrtException refused
          ? notLoaded(checkpoint, refused)
          : (RuntimeException) e;
    }
  }

  /** The model's numbers. */
  public ModelConfig config() {
    return checkpoint.config();
  }

  @Override
  public Dimensions dimensions() {
    return checkpoint.dimensions();
  }

  @Override
  public RuntimeInfo runtime() {
    return runtime;
  }

  @Override
  public GraphKind kind() {
    return GraphKind.BUILT;
  }

  @Override
  public boolean fits(int rows, int capacity, long bytes) {
    return (long) rows * capacity <= DecoderBatch.mostPositions(config(), bytes);
  }

  @Override
  public DecoderBatch batch(int maxRows, long positions) {
    return new DecoderBatch(this, maxRows, positions, false);
  }

  @Override
  public DecoderBatch scoringBatch(int maxRows, long positions) {
    return new DecoderBatch(this, maxRows, positions, true);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      session.close();
    } catch (OrtException e) {
      throw new ModelException(
          "model in %s was not released: %s"
              .formatted(checkpoint.directory(), OnnxRuntime.firstLine(e)),
          e);
    } finally {
      quantised.close();
      if (adapter != null) {
        adapter.close();
      }
    }
  }

  /** Inputs that stay the same from run to run. */
  Map<String, OnnxTensor> adapterInputs() {
    return adapter == null ? Map.of() : adapter.tensors();
  }

  boolean hasAdapter() {
    return adapter != null;
  }

  /** Runs one pass; all outputs land in the memory of {@code pass}. */
  void run(Pass pass) {
    try {
      session.run(pass.inputs(), Set.of(), pass.outputs()).close();
    } catch (OrtException e) {
      throw new ModelException(
          "model in %s stopped running: %s"
              .formatted(checkpoint.directory(), OnnxRuntime.firstLine(e)),
          e);
    }
  }

  private static OrtSession load(
      Checkpoint checkpoint,
      @Nullable Adapter adapter,
      SessionOptions options,
      Execution execution,
      QuantisedWeights quantised)
      throws OrtException {
    Path folder = weightFolder(checkpoint, adapter);
    options.setIntraOpNumThreads(execution.threads());
    options.setInterOpNumThreads(1);
    options.addConfigEntry(
        "session.model_external_initializers_file_folder_path", folder.toString());
    byte[] graph = DecoderGraph.of(checkpoint, adapter, folder, execution.weights(), quantised);
    if (!quantised.tensors().isEmpty()) {
      options.addExternalInitializers(quantised.tensors());
    }
    return OnnxRuntime.environment().createSession(graph, options);
  }

  /**
   * The deepest folder above all weight files. The runtime reads only below it and resolves
   * symbolic links first, so in a cache of linked files it is not the checkpoint's directory.
   */
  static Path weightFolder(Checkpoint checkpoint, @Nullable Adapter adapter) {
    Stream<TensorEntry> own = adapter == null ? Stream.of() : adapter.replaced().values().stream();
    return Stream.concat(checkpoint.tensors().values().stream(), own)
        .map(TensorEntry::file)
        .map(DecoderSession::parent)
        .distinct()
        .reduce(DecoderSession::commonFolder)
        .orElse(checkpoint.directory());
  }

  /** The runtime's attention operator refuses other heads, but only when it first runs. */
  private static void requireRunnable(Checkpoint checkpoint) {
    int headDim = checkpoint.config().headDim();
    if (headDim % HEAD_DIM_UNIT != 0) {
      throw new ModelException(
          "model in %s has heads of width %d; ONNX Runtime runs multiples of %d only, use another base model"
              .formatted(checkpoint.directory(), headDim, HEAD_DIM_UNIT));
    }
  }

  private static Path commonFolder(Path a, Path b) {
    Path folder = a;
    while (!b.startsWith(folder)) {
      folder = parent(folder);
    }
    return folder;
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  private static ModelException notLoaded(Checkpoint checkpoint, OrtException e) {
    return new ModelException(
        "ONNX Runtime refused the model in %s: %s"
            .formatted(checkpoint.directory(), OnnxRuntime.firstLine(e)),
        e);
  }
}
