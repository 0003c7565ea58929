package io.tiltmeter.evaluator.vet;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names that may enter; every other name is refused, with the kind of file it stands for. */
public final class AllowedFiles {
  static final String ADAPTER_CONFIG = "adapter_config.json";
  static final String ADAPTER_WEIGHTS = "adapter_model.safetensors";
  static final String CONFIG = "config.json";
  static final String INDEX = "model.safetensors.index.json";
  static final String README = "README.md";
  static final String TOKENIZER = "tokenizer.json";
  static final String WEIGHTS = "model.safetensors";

  /** What a model has beside its weights; an adapter may bring the same bytes again. */
  private static final Set<String> BESIDE_WEIGHTS =
      Set.of(
          CONFIG,
          TOKENIZER,
          "chat_template.jinja",
          "generation_config.json",
          "merges.txt",
          "special_tokens_map.json",
          "tokenizer_config.json",
          "vocab.json");

  private static final Pattern MODEL_WEIGHTS =
      Pattern.compile("model(-\\d{5}-of-\\d{5})?\\.safetensors");

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

  /** What training libraries write beside a checkpoint. */
  private static final Pattern TRAINING_STATE =
      Pattern.compile(
          "(optimizer|scheduler|scaler|rng_state|random_states|trainer_state|training_args).*");

  private static final Map<String, VettingRule> EXTENSIONS =
      Stream.of(
              extensions(
                  VettingRule.PICKLE, "bin ckpt data dat dill joblib mar p pickle pkl pt pth"),
              extensions(
                  VettingRule.CODE_FILE,
                  "bash bat c cc class cmd cpp cu cubin dll dylib exe go ipynb jar js lua mjs php"
                      + " pl ps1 ptx py pyc pyd pyi pyx r rb sh so ts wasm"),
              extensions(
                  VettingRule.ARCHIVE, "7z bz2 egg gz lz4 rar tar tbz2 tgz txz whl xz zip zst"),
              extensions(VettingRule.ONNX, "onnx onnx_data ort"),
              extensions(VettingRule.GGUF, "ggml gguf"),
              extensions(
                  VettingRule.OTHER_WEIGHTS,
                  "engine h5 hdf5 keras mlmodel msgpack npy npz pb plan tflite"))
          .flatMap(map -> map.entrySet().stream())
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private AllowedFiles() {}

  private static Map<String, VettingRule> extensions(VettingRule rule, String names) {
    return Stream.of(names.split(" ")).collect(Collectors.toMap(name -> name, name -> rule));
  }

  /** Why a file of this name may not be part of a whole model; empty if it may. */
  public static Optional<VettingFinding> refuseInModel(String name) {
    boolean allowed =
        BESIDE_WEIGHTS.contains(name)
            || name.equals(INDEX)
            || name.equals(README)
            || MODEL_WEIGHTS.matcher(name).matches();
    return allowed ? Optional.empty() : Optional.of(refusal(name, "a whole model"));
  }

  /** Why a file of this name may not be part of an adapter; empty if it may. */
  public static Optional<VettingFinding> refuseInAdapter(String name) {
    boolean allowed =
        isFromBase(name)
            || name.equals(ADAPTER_CONFIG)
            || name.equals(ADAPTER_WEIGHTS)
            || name.equals(README);
    return allowed ? Optional.empty() : Optional.of(refusal(name, "an adapter"));
  }

  /** Whether an adapter may have this file only as its base has it. */
  static boolean isFromBase(String name) {
    return BESIDE_WEIGHTS.contains(name);
  }

  private static VettingFinding refusal(String name, String kind) {
    VettingRule rule = rule(name);
    return new VettingFinding(rule, Findings.printable(name), message(rule, kind));
  }

  private static VettingRule rule(String name) {
    if (!PLAIN.matcher(name).matches()) {
      return VettingRule.ODD_NAME;
    }
    if (TRAINING_STATE.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
      return VettingRule.OPTIMIZER_STATE;
    }
    if (MODEL_WEIGHTS.matcher(name).matches()
        || Set.of(INDEX, ADAPTER_CONFIG, ADAPTER_WEIGHTS).contains(name)) {
      return VettingRule.WRONG_KIND;
    }
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return EXTENSIONS.getOrDefault(extension, VettingRule.UNKNOWN_FILE);
  }

  private static String message(VettingRule rule, String kind) {
    return switch (rule) {
      case ODD_NAME ->
          "expected a name of at most 100 letters, digits or \"._-\" that does not start with"
              + " \".\"; rename or remove the file";
      case OPTIMIZER_STATE -> "training state does not belong to %s; remove it".formatted(kind);
      case WRONG_KIND -> "does not belong to %s; remove it".formatted(kind);
      case PICKLE -> "pickle can run code when it is loaded; save weights as safetensors";
      case CODE_FILE -> "a model may not bring program code; remove it";
      case ARCHIVE -> "archives are refused; unpack it and send the files";
      case ONNX -> "ONNX graphs are refused here; send safetensors";
      case GGUF -> "GGUF is refused here; turn it into a model directory first";
      case OTHER_WEIGHTS -> "this weight format is refused; save weights as safetensors";
      default ->
          "not a file that %s may hold: safetensors, their index, config and tokenizer files and"
                  .formatted(kind)
              + " README.md; remove it";
    };
  }
}
