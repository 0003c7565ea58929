package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.grader.GraderReader;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.RequestException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads how a customer wants a job to train, with the limits of OpenAI's API. */
final class MethodReader {
  private static final String HYPERPARAMETERS = "hyperparameters";
  private static final List<String> EFFORTS = List.of("default", "low", "medium", "high");
  private static final int MAX_EPOCHS = 50;
  private static final int MAX_BATCH = 256;
  private static final int MAX_RANK = 256;
  private static final double MAX_BETA = 2;
  private static final double MIN_COMPUTE = 0.00001;
  private static final double MAX_COMPUTE = 10;

  private final Members request;

  private MethodReader(Members request) {
    this.request = request;
  }

  /**
   * Reads the members {@code method} and {@code integrations}, and {@code hyperparameters}, which
   * is the older place of those of a supervised method.
   *
   * @throws RequestException with status 400 that names the first member that is wrong
   */
  static Training read(Members request) {
    return new MethodReader(request).read();
  }

  private Training read() {
    List<Integration> integrations = IntegrationReader.read(request);
    Optional<Members> old = request.object(HYPERPARAMETERS);
    Optional<Members> method = request.object("method");
    if (method.isEmpty()) {
      return new Training(
          TrainingMethod.SUPERVISED, values(TrainingMethod.SUPERVISED, old), null, integrations);
    }
    TrainingMethod type = type(method.get());
    Optional<Members> own = method.get().object(type.wireName());
    Optional<Members> given = own.flatMap(members -> members.object(HYPERPARAMETERS));
    if (old.isPresent() && (given.isPresent() || type != TrainingMethod.SUPERVISED)) {
      throw RequestException.invalid(
          "invalid_value",
          HYPERPARAMETERS,
          "'hyperparameters' and 'method.%s.hyperparameters' exclude each other; give the second."
              .formatted(type.wireName()));
    }
    Hyperparameters values = values(type, given.or(() -> old));
    JsonNode grader =
        type == TrainingMethod.REINFORCEMENT ? grader(method.get(), own.orElse(null)) : null;
    own.ifPresent(Members::refuseOthers);
    method.get().refuseOthers();
    return new Training(type, values, grader, integrations);
  }

  /** Of a method everything else left to the trainer; reinforcement has no grader then. */
  static Training byDefault(TrainingMethod method) {
    return new Training(method, values(method, Optional.empty()), null, List.of());
  }

  private static TrainingMethod type(Members method) {
    String type = method.needText("type");
    return TrainingMethod.of(type)
        .orElseThrow(
            () ->
                RequestException.invalid(
                    "unsupported_method",
                    method.at("type"),
                    "There is no such method; expected one of %s."
                        .formatted(TrainingMethod.NAMES)));
  }

  private static JsonNode grader(Members method, @Nullable Members own) {
    Members grader =
        Optional.ofNullable(own)
            .flatMap(members -> members.object("grader"))
            .orElseThrow(() -> Members.missing(method.at("reinforcement.grader")));
    GraderReader.read(grader);
    return grader.tree();
  }

  private static Hyperparameters values(TrainingMethod method, Optional<Members> given) {
    Values values = new Values(given.orElse(null));
    values.count("n_epochs", 1, MAX_EPOCHS);
    values.count("batch_size", 1, MAX_BATCH);
    values.above("learning_rate_multiplier", 0, Double.MAX_VALUE);
    switch (method) {
      case SUPERVISED -> {}
      case DPO -> values.above("beta", 0, MAX_BETA);
      case REINFORCEMENT -> {
        values.word("reasoning_effort", EFFORTS);
        values.above("compute_multiplier", MIN_COMPUTE, MAX_COMPUTE);
        values.count("eval_interval", 1, Integer.MAX_VALUE);
        values.count("eval_samples", 1, Integer.MAX_VALUE);
      }
    }
    values.count("lora_rank", 0, MAX_RANK);
    given.ifPresent(Members::refuseOthers);
    return new Hyperparameters(values.view);
  }

  /** Members that may each be left to the trainer. */
  private static final class Values {
    private final @Nullable Members given;
    private final Map<String, Object> view = new LinkedHashMap<>();

    Values(@Nullable Members given) {
      this.given = given;
    }

    void count(String name, int low, int high) {
      put(name, Hyperparameters.AUTO, members -> members.whole(name, low, high));
    }

    void above(String name, double bound, double most) {
      put(name, Hyperparameters.AUTO, members -> members.above(name, bound, most));
    }

    /** The first word where the customer gives none. */
    void word(String name, List<String> words) {
      put(name, words.getFirst(), members -> members.word(name, words));
    }

    private void put(
        String name, String unsaid, Function<Members, Optional<? extends Object>> read) {
      Members members = given;
      Optional<? extends Object> value =
          members == null || members.is(name, unsaid) ? Optional.empty() : read.apply(members);
      view.put(name, value.isPresent() ? value.get() : unsaid);
    }
  }
}
