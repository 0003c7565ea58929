package io.tiltmeter.evaluator.scan.net;

import io.tiltmeter.evaluator.embedding.StaticVectors;
import io.tiltmeter.evaluator.scan.net.Requests.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Fits a {@link TextNet}: logistic loss, Adam with decoupled weight decay (I. Loshchilov, F.
 * Hutter, "Decoupled Weight Decay Regularization", ICLR 2019), a tenth of the pieces left out at
 * random and four tenths of what the filters say, so that none is relied on. Requests are learned
 * with odd pieces among them, and with harmless ones in front or behind: neither may hide what is
 * asked.
 *
 * <p>{@code requests|orders OUT [FILE...]}: writes the parameters of networks that tell requests
 * for harm, or orders without bounds; every FILE holds more texts, one a line, {@code 1} or {@code
 * 0} and a tab before each.
 */
public final class TextTraining {
  private static final int ROUNDS = 16;
  private static final int BATCH = 64;
  private static final double RATE = 2e-3;
  private static final double DECAY = 0.03;
  private static final double FIRST = 0.9;
  private static final double SECOND = 0.999;
  private static final double TINY = 1e-8;
  private static final double LEFT_OUT = 0.1;
  private static final double SILENCED = 0.4;

  /** Of requests, so many have odd pieces put in, at most so many; and have another beside them. */
  private static final double STRANGE = 0.35;

  private static final int MOST_STRANGE = 6;
  private static final double ACCOMPANIED = 0.25;

  /** Longest request that stands beside another, in pieces. */
  private static final int LONGEST_COMPANION = 24;

  private static final int HIDDEN = TextNet.NARROW + TextNet.WIDE + TextNet.WIDTH;

  private final RandomGenerator random;
  private final List<int[]> texts = new ArrayList<>();
  private final List<Request> requests;
  private final List<int[]> companions = new ArrayList<>();
  private final TextParameters now = TextParameters.zero();
  private final TextParameters slope = TextParameters.zero();
  private final TextParameters mean = TextParameters.zero();
  private final TextParameters square = TextParameters.zero();
  private final float[] vectors;
  private int steps;

  private TextTraining(List<Request> requests, boolean isVaried, long seed) {
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.requests = requests;
    this.vectors = vectors();
    for (Request request : requests) {
      int[] pieces = pieces(request.text());
      texts.add(pieces);
      if (isVaried && !request.isHarmful() && pieces.length <= LONGEST_COMPANION) {
        companions.add(pieces);
      }
    }
    begin(now.projection(), StaticVectors.WIDTH, scale());
    begin(now.narrow(), (2 * TextNet.NARROW_REACH + 1) * TextNet.WIDTH, 1);
    begin(now.wide(), (2 * TextNet.WIDE_REACH + 1) * TextNet.WIDTH, 1);
    begin(now.out(), HIDDEN, 1);
  }

  private static float[] vectors() {
    StaticVectors shipped = StaticVectors.shipped();
    float[] all = new float[shipped.size() * StaticVectors.WIDTH];
    for (int piece = 0; piece < shipped.size(); piece++) {
      System.arraycopy(
          shipped.vector(piece), 0, all, piece * StaticVectors.WIDTH, StaticVectors.WIDTH);
    }
    return all;
  }

  private static int[] pieces(String text) {
    int[] all = StaticVectors.shipped().pieces(text);
    return Arrays.copyOf(all, Math.min(all.length, TextNet.WINDOW));
  }

  /** Brings vectors to the size that the other layers begin with. */
  private double scale() {
    double squares = 0;
    for (float value : vectors) {
      squares += (double) value * value;
    }
    return Math.sqrt(vectors.length / squares / StaticVectors.WIDTH);
  }

  private void begin(float[] weights, int inputs, double scale) {
    double bound = scale / Math.sqrt(inputs);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextDouble(-bound, bound);
    }
  }

  /** Writes the parameters of networks that learned from own-written texts and files. */
  public static void main(String[] arguments) throws IOException {
    boolean isRequests = arguments[0].equals("requests");
    List<Request> texts = new ArrayList<>(isRequests ? Requests.own() : Requests.orders());
    for (String file : Arrays.asList(arguments).subList(2, arguments.length)) {
      for (String line : Requests.read(Path.of(file))) {
        texts.add(new Request(line.substring(2), line.charAt(0) == '1', 1));
      }
    }
    ByteArrayOutputStream nets = new ByteArrayOutputStream();
    for (int seed = 1; seed <= TextNets.COUNT; seed++) {
      nets.writeBytes(fit(texts, isRequests, seed).bytes());
    }
    Files.write(Path.of(arguments[1]), nets.toByteArray());
  }

  /** The parameters of a network that has learned from these, each other every time if varied. */
  private static TextParameters fit(List<Request> requests, boolean isVaried, long seed) {
    TextTraining training = new TextTraining(requests, isVaried, seed);
    for (int round = 0; round < ROUNDS; round++) {
      training.round();
    }
    return training.now.measured();
  }

  private void round() {
    int[] order = new int[texts.size()];
    for (int i = 0; i < order.length; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    for (int from = 0; from < order.length; from += BATCH) {
      int end = Math.min(order.length, from + BATCH);
      for (int i = from; i < end; i++) {
        learn(order[i], 1f / (end - from));
      }
      step();
    }
  }

  private void learn(int request, float share) {
    int[] text =
        Arrays.stream(varied(texts.get(request)))
            .filter(_ -> random.nextDouble() >= LEFT_OUT)
            .toArray();
    if (text.length > 0) {
      new Visit(text, random).learn(requests.get(request), share);
    }
  }

  /** The request, perhaps with odd pieces in it or a harmless one beside it. */
  private int[] varied(int[] text) {
    if (companions.isEmpty()) {
      return text;
    }
    int[] varied = text;
    if (random.nextDouble() < STRANGE) {
      int[] odd =
          random
              .ints(1 + random.nextInt(MOST_STRANGE), 0, StaticVectors.shipped().size())
              .toArray();
      varied = inserted(varied, odd, random.nextInt(varied.length + 1));
    }
    if (random.nextDouble() < ACCOMPANIED) {
      int[] companion = companions.get(random.nextInt(companions.size()));
      varied = inserted(varied, companion, random.nextBoolean() ? 0 : varied.length);
    }
    return Arrays.copyOf(varied, Math.min(varied.length, TextNet.WINDOW));
  }

  private static int[] inserted(int[] text, int[] what, int at) {
    int[] longer = new int[text.length + what.length];
    System.arraycopy(text, 0, longer, 0, at);
    System.arraycopy(what, 0, longer, at, what.length);
    System.arraycopy(text, at, longer, at + what.length, text.length - at);
    return longer;
  }

  private void step() {
    steps++;
    step(now.projection(), slope.projection(), mean.projection(), square.projection());
    step(now.narrow(), slope.narrow(), mean.narrow(), square.narrow());
    step(now.wide(), slope.wide(), mean.wide(), square.wide());
    step(now.out(), slope.out(), mean.out(), square.out());
  }

  private void step(float[] weights, float[] slopes, float[] means, float[] squares) {
    double firstBias = 1 - StrictMath.pow(FIRST, steps);
    double secondBias = 1 - StrictMath.pow(SECOND, steps);
    for (int i = 0; i < weights.length; i++) {
      means[i] = (float) (FIRST * means[i] + (1 - FIRST) * slopes[i]);
      squares[i] = (float) (SECOND * squares[i] + (1 - SECOND) * slopes[i] * slopes[i]);
      double change = means[i] / firstBias / (Math.sqrt(squares[i] / secondBias) + TINY);
      weights[i] -= (float) (RATE * (change + DECAY * weights[i]));
    }
    Arrays.fill(slopes, 0);
  }

  /** One text on its way through the network and back. */
  private final class Visit {
    private final int[] ids;
    private final float[] text;
    private final float[] back;
    private final float[] hidden = new float[HIDDEN];
    private final int[] places = new int[TextNet.NARROW + TextNet.WIDE];
    private final boolean[] silent = new boolean[HIDDEN];

    Visit(int[] ids, RandomGenerator random) {
      this.ids = ids;
      this.text = new float[ids.length * TextNet.WIDTH];
      this.back = new float[text.length];
      for (int i = 0; i < HIDDEN; i++) {
        silent[i] = random.nextDouble() < SILENCED;
      }
    }

    void learn(Request request, float share) {
      project();
      filter(now.narrow(), TextNet.NARROW_REACH, 0, TextNet.NARROW);
      filter(now.wide(), TextNet.WIDE_REACH, TextNet.NARROW, TextNet.WIDE);
      average();
      double chance = 1 / (1 + StrictMath.exp(-odds()));
      float error = (float) (share * request.weight() * (chance - (request.isHarmful() ? 1 : 0)));
      slope.out()[HIDDEN] += error;
      for (int i = 0; i < HIDDEN; i++) {
        if (!silent[i]) {
          slope.out()[i] += error * hidden[i];
          back(i, (float) (error * now.out()[i] / (1 - SILENCED)));
        }
      }
      learnProjection();
    }

    private void project() {
      for (int at = 0; at < ids.length; at++) {
        for (int i = 0; i < StaticVectors.WIDTH; i++) {
          float value = vectors[ids[at] * StaticVectors.WIDTH + i];
          for (int j = 0; j < TextNet.WIDTH; j++) {
            text[at * TextNet.WIDTH + j] += value * now.projection()[i * TextNet.WIDTH + j];
          }
        }
      }
    }

    private void filter(float[] filters, int reach, int from, int count) {
      for (int filter = 0; filter < count; filter++) {
        for (int at = 0; at < ids.length; at++) {
          float value = value(filters, filter, reach, at);
          if (value > hidden[from + filter]) {
            hidden[from + filter] = value;
            places[from + filter] = at;
          }
        }
      }
    }

    /** The value of a filter at a place; beyond its ends a text is zero. */
    private float value(float[] filters, int filter, int reach, int at) {
      int size = (2 * reach + 1) * TextNet.WIDTH;
      int base = filter * (size + 1);
      float sum = filters[base + size];
      int first = Math.max(0, at - reach);
      int end = Math.min(ids.length, at + reach + 1);
      int weight = base + (first - (at - reach)) * TextNet.WIDTH;
      for (int i = first * TextNet.WIDTH; i < end * TextNet.WIDTH; i++) {
        sum += filters[weight++] * text[i];
      }
      return sum;
    }

    private void average() {
      for (int i = 0; i < text.length; i++) {
        hidden[TextNet.NARROW + TextNet.WIDE + i % TextNet.WIDTH] += text[i] / ids.length;
      }
    }

    private double odds() {
      double odds = now.out()[HIDDEN];
      for (int i = 0; i < HIDDEN; i++) {
        hidden[i] = silent[i] ? 0 : (float) (hidden[i] / (1 - SILENCED));
        odds += now.out()[i] * hidden[i];
      }
      return odds;
    }

    /** What one hidden value owes: a filter at its place, or the mean everywhere. */
    private void back(int unit, float owed) {
      if (unit >= TextNet.NARROW + TextNet.WIDE) {
        int number = unit - TextNet.NARROW - TextNet.WIDE;
        for (int at = 0; at < ids.length; at++) {
          back[at * TextNet.WIDTH + number] += owed / ids.length;
        }
      } else if (hidden[unit] > 0) {
        boolean isNarrow = unit < TextNet.NARROW;
        back(
            isNarrow ? now.narrow() : now.wide(),
            isNarrow ? slope.narrow() : slope.wide(),
            isNarrow ? TextNet.NARROW_REACH : TextNet.WIDE_REACH,
            isNarrow ? unit : unit - TextNet.NARROW,
            places[unit],
            owed);
      }
    }

    private void back(
        float[] filters, float[] slopes, int reach, int filter, int place, float owed) {
      int size = (2 * reach + 1) * TextNet.WIDTH;
      int base = filter * (size + 1);
      slopes[base + size] += owed;
      int first = Math.max(0, place - reach);
      int end = Math.min(ids.length, place + reach + 1);
      int weight = base + (first - (place - reach)) * TextNet.WIDTH;
      for (int i = first * TextNet.WIDTH; i < end * TextNet.WIDTH; i++) {
        slopes[weight] += owed * text[i];
        back[i] += owed * filters[weight++];
      }
    }

    private void learnProjection() {
      for (int at = 0; at < ids.length; at++) {
        for (int i = 0; i < StaticVectors.WIDTH; i++) {
          float value = vectors[ids[at] * StaticVectors.WIDTH + i];
          for (int j = 0; j < TextNet.WIDTH; j++) {
            slope.projection()[i * TextNet.WIDTH + j] += value * back[at * TextNet.WIDTH + j];
          }
        }
      }
    }
  }
}
