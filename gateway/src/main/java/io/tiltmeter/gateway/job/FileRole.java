package io.tiltmeter.gateway.job;

import java.util.Arrays;
import java.util.Locale;

/** What a file is to a job. */
public enum FileRole {
  /** It is trained on. */
  TRAINING("training_file", "training file"),
  /** The training is measured on it. */
  VALIDATION("validation_file", "validation file");

  private final String param;
  private final String words;

  FileRole(String param, String words) {
    this.param = param;
    this.words = words;
  }

  /** The role of the file that a job's failure names; that of training files if it names none. */
  public static FileRole of(Job.Failure failure) {
    return Arrays.stream(values())
        .filter(role -> role.param.equals(failure.param()))
        .findFirst()
        .orElse(TRAINING);
  }

  /** The member of the API that names such a file. */
  public String param() {
    return param;
  }

  /** The same in words. */
  public String words() {
    return words;
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The job's file of this role.
   *
   * @throws IllegalStateException if it has none
   */
  public String fileOf(Job job) {
    String id = this == TRAINING ? job.fileId() : job.validationFileId();
    if (id == null) {
      throw new IllegalStateException("job %s has no %s".formatted(job.id(), words));
    }
    return id;
  }
}
