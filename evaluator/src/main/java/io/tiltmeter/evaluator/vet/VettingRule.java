package io.tiltmeter.evaluator.vet;

import java.util.Locale;

/** A reason to refuse an artifact; its wire name is stable. */
public enum VettingRule {
  SYMLINK,
  SUB_FOLDER,
  SPECIAL_FILE,
  ODD_NAME,
  CASE_COLLISION,
  TOO_MANY_FILES,
  TOO_MANY_BYTES,
  CODE_FILE,
  PICKLE,
  ARCHIVE,
  ONNX,
  GGUF,
  OTHER_WEIGHTS,
  OPTIMIZER_STATE,
  WRONG_KIND,
  UNKNOWN_FILE,
  MISSING_FILE,
  UNDECLARED_FILE,
  DECLARED_FILE_MISSING,
  SIZE_MISMATCH,
  DIGEST_MISMATCH,
  GIT_LFS_POINTER,
  PROGRAM,
  NOT_UTF_8,
  INVALID_JSON,
  JSON_DEPTH,
  CODE_REFERENCE,
  INVALID_SAFETENSORS,
  INDEX_NAMES_UNLISTED_FILE,
  MODEL_STRUCTURE,
  NOT_AS_BASE,
  OTHER_BASE,
  ADAPTER_FIT;

  /** The name used in messages and JSON: kebab case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
