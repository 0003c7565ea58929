package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.http.Members;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.job.JobEvent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How far a training is, as a heartbeat tells.
 *
 * @param step optimiser steps done
 * @param steps optimiser steps in all; 0 while that is not known
 * @param loss of the last step in nats; null before the first
 * @param checkpoint name of the newest checkpoint that was sent
 */
record Progress(long step, long steps, @Nullable Double loss, @Nullable String checkpoint) {
  private static final long MOST_STEPS = 1L << 40;
  private static final Pattern CHECKPOINT = Pattern.compile("step-\\d{1,12}");

  static Progress of(Members body) {
    return new Progress(
        body.whole("step", 0, MOST_STEPS).orElse(0L),
        body.whole("steps", 0, MOST_STEPS).orElse(0L),
        loss(body),
        checkpoint(body));
  }

  static @Nullable Double loss(Members body) {
    JsonNode loss = body.find("loss").orElse(null);
    if (loss == null) {
      return null;
    }
    if (!loss.isNumber() || !Double.isFinite(loss.doubleValue())) {
      throw RequestException.invalid(
          "invalid_value", "loss", "Invalid value for 'loss': expected a finite number or null.");
    }
    return loss.doubleValue();
  }

  private static @Nullable String checkpoint(Members body) {
    String name = body.text("checkpoint").orElse(null);
    if (name != null && !CHECKPOINT.matcher(name).matches()) {
      throw RequestException.invalid(
          "invalid_value",
          "checkpoint",
          "Invalid value for 'checkpoint': expected a name such as \"step-100\", or null.");
    }
    return name;
  }

  /** Whether no step follows. */
  boolean isLast() {
    return steps > 0 && step == steps;
  }

  /** What the customer is told of this step. */
  JobEvent.Draft event() {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("step", step);
    data.put("train_loss", loss);
    String place = steps == 0 ? Long.toString(step) : step + "/" + steps;
    String message =
        loss == null
            ? "Step " + place
            : String.format(Locale.ROOT, "Step %s: training loss=%.2f", place, loss);
    return new JobEvent.Draft(JobEvent.Level.INFO, JobEvent.METRICS, message, Json.text(data));
  }
}
