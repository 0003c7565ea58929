package io.tiltmeter.evaluator.scan.cipher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes runs of three symbols from a profile that lists only the frequent ones: what is left of a
 * run of two after its listed continuations is shared as shorter runs say (S. M. Katz, IEEE Trans.
 * ASSP 35 (1987)).
 */
final class ProfileModel {
  private static final int N = Symbols.COUNT;

  /** Runs that a profile is taken to have seen, so that all models are alike. */
  private static final double TOTAL = 2e7;

  private final double[] one = new double[N];
  private final double[] two = new double[N * N];
  private final double[] three = new double[N * N * N];

  private ProfileModel(JsonNode runs) {
    for (Map.Entry<String, JsonNode> entry : runs.properties()) {
      add(entry.getKey(), entry.getValue().asDouble());
    }
    addSigns();
    for (int i = 0; i < two.length; i++) {
      one[i % N] += two[i];
    }
  }

  static NGrams read(Path file) throws IOException {
    return new ProfileModel(JsonMapper.shared().readTree(Files.readString(file)).get("freq"))
        .runs();
  }

  private void add(String run, double count) {
    int symbols = 0;
    for (int i = 0; i < run.length(); i++) {
      symbols = symbols * N + Symbols.of(run.charAt(i));
    }
    if (run.length() == 2) {
      two[symbols] += count;
    } else if (run.length() == 3) {
      three[symbols] += count;
    }
  }

  /** Profiles know no signs: these stand where words end and begin, as in any language. */
  private void addSigns() {
    for (int letter = 1; letter < Symbols.DIGIT; letter++) {
      double ends = two[letter * N + Symbols.BLANK];
      double begins = two[Symbols.BLANK * N + letter];
      two[letter * N + Symbols.POINT] += ends / 8;
      two[Symbols.POINT * N + Symbols.BLANK] += ends / 8;
      two[letter * N + Symbols.QUOTE] += ends / 40;
      two[Symbols.QUOTE * N + Symbols.BLANK] += ends / 40;
      two[Symbols.QUOTE * N + letter] += begins / 40;
      two[Symbols.BLANK * N + Symbols.QUOTE] += begins / 40;
      two[Symbols.BLANK * N + Symbols.DIGIT] += begins / 60;
      two[Symbols.DIGIT * N + Symbols.BLANK] += begins / 80;
      two[Symbols.DIGIT * N + Symbols.POINT] += begins / 240;
      two[Symbols.BLANK * N + Symbols.BRACKET] += begins / 200;
      two[Symbols.BRACKET * N + letter] += begins / 200;
    }
  }

  private NGrams runs() {
    double all = sum(one, 0, N);
    double[] first = new double[N];
    for (int i = 0; i < N; i++) {
      first[i] = (one[i] + all * 1e-5) / (all * (1 + N * 1e-5));
    }
    double[] second = shared(two, one, first);
    double[] third = shared(three, two, second);
    NGrams grams = new NGrams(3);
    for (int i = 0; i < third.length; i++) {
      double context = two[i / N] / all;
      grams.add(i, (int) Math.round(TOTAL * Math.max(context, 1e-6) * third[i]));
    }
    return grams;
  }

  /** Probabilities of a run's last symbol: as counted, and of the rest as shorter runs say. */
  private static double[] shared(double[] runs, double[] contexts, double[] shorter) {
    double[] result = new double[runs.length];
    for (int context = 0; context < runs.length / N; context++) {
      double listed = sum(runs, context * N, (context + 1) * N);
      double total = Math.max(contexts[context], listed) * 1.02 + 1;
      for (int symbol = 0; symbol < N; symbol++) {
        int run = context * N + symbol;
        double backed = shorter[run % shorter.length];
        result[run] = (runs[run] + (total - listed) * backed) / total;
      }
    }
    return result;
  }

  private static double sum(double[] values, int from, int end) {
    double sum = 0;
    for (int i = from; i < end; i++) {
      sum += values[i];
    }
    return sum;
  }
}
