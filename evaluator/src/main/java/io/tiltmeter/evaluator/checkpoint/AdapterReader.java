package io.tiltmeter.evaluator.checkpoint;

import io.tiltmeter.evaluator.checkpoint.Adapter.LowRankPair;
import io.tiltmeter.evaluator.checkpoint.Adapter.Site;
import io.tiltmeter.evaluator.checkpoint.SafetensorsFile.Stored;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a PEFT LoRA adapter directory and checks that it fits its base. */
public final class AdapterReader {
  private static final String WEIGHTS = "adapter_model.safetensors";

  private static final String PREFIX = "base_model.model.";

  private static final Pattern NAME =
      Pattern.compile(
          "base_model\\.model\\.(model\\.layers\\.(\\d{1,6})\\.([a-z_.]+))\\.lora_([AB])\\.weight");

  private final ModelConfig base;
  private final LoraConfig config;
  private final SafetensorsFile file;

  private AdapterReader(ModelConfig base, LoraConfig config, SafetensorsFile file) {
    this.base = base;
    this.config = config;
    this.file = file;
  }

  /**
   * Checks every file of a directory and finds the low-rank pairs.
   *
   * @throws ModelException in one line, if a file may not be there or is malformed, the adapter is
   *     not plain LoRA, or it does not fit the base
   */
  public static Adapter read(Path directory, Checkpoint base) {
    ModelFiles files = ModelFiles.open(directory);
    String advice = "give a PEFT adapter directory";
    LoraConfig config = LoraConfig.read(files.require("adapter_config.json", advice));
    SafetensorsFile file = SafetensorsFile.read(files.require(WEIGHTS, advice));
    for (String name : files.safetensors()) {
      if (!name.equals(WEIGHTS)) {
        throw new ModelException(
            "%s: %s is not part of the adapter; remove it".formatted(files.directory(), name));
      }
    }
    AdapterReader reader = new AdapterReader(base.config(), config, file);
    Map<String, TensorEntry> replaced = reader.replaced();
    Map<Site, LowRankPair> pairs = reader.pairs(replaced);
    int maxRank =
        pairs.values().stream()
            .mapToInt(pair -> Math.toIntExact(pair.a().shape().getFirst()))
            .max()
            .orElseThrow(() -> new ModelException("%s: holds no tensor".formatted(file.file())));
    return new Adapter(files.directory(), maxRank, pairs, replaced);
  }

  private Map<String, TensorEntry> replaced() {
    List<Long> shape = List.of((long) base.vocabulary(), (long) base.hidden());
    Map<String, TensorEntry> replaced = new LinkedHashMap<>();
    config.replaced().forEach(name -> replaced.put(name, entry(PREFIX + name, shape)));
    return replaced;
  }

  private Map<Site, LowRankPair> pairs(Map<String, TensorEntry> replaced) {
    Map<Site, LowRankPair> pairs = new LinkedHashMap<>();
    for (String name : file.tensors().keySet()) {
      if (name.startsWith(PREFIX) && replaced.containsKey(name.substring(PREFIX.length()))) {
        continue;
      }
      Matcher matcher = match(name);
      Site site = site(name, matcher);
      if (!pairs.containsKey(site)) {
        pairs.put(site, pair(site, matcher.group(1)));
      }
    }
    refuseGaps(pairs);
    return pairs;
  }

  private void refuseGaps(Map<Site, LowRankPair> pairs) {
    for (Projection projection : Projection.values()) {
      for (int layer = 0; layer < base.layers() && config.targets(projection); layer++) {
        if (!pairs.containsKey(new Site(layer, projection))) {
          throw new ModelException(
              "%s: tensor base_model.model.%s is missing, but target_modules names its module"
                  .formatted(
                      file.file(), projection.weight(layer).replace(".weight", ".lora_A.weight")));
        }
      }
    }
  }

  private Matcher match(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new ModelException(
          "%s: tensor %s: expected names like base_model.model.%s"
              .formatted(file.file(), name, "model.layers.0.self_attn.q_proj.lora_A.weight"));
    }
    return matcher;
  }

  private Site site(String name, Matcher matcher) {
    int layer = Integer.parseInt(matcher.group(2));
    if (layer >= base.layers()) {
      throw anotherBase("tensor %s, base has %d layers".formatted(name, base.layers()));
    }
    return Arrays.stream(Projection.values())
        .filter(projection -> projection.path().equals(matcher.group(3)))
        .findFirst()
        .map(projection -> new Site(layer, projection))
        .orElseThrow(() -> anotherBase("tensor %s, base has no such module".formatted(name)));
  }

  private LowRankPair pair(Site site, String module) {
    List<Long> shape = LlamaTensors.shape(base, site.projection());
    long rank = config.rank(module);
    String prefix = PREFIX + module;
    TensorEntry a = entry(prefix + ".lora_A.weight", List.of(rank, shape.getLast()));
    TensorEntry b = entry(prefix + ".lora_B.weight", List.of(shape.getFirst(), rank));
    return new LowRankPair(a, b, config.scale(module));
  }

  private TensorEntry entry(String name, List<Long> needed) {
    Stored stored = file.stored(name);
    if (!stored.shape().equals(needed)) {
      throw anotherBase(
          "tensor %s has shape %s, base needs %s".formatted(name, stored.shape(), needed));
    }
    return file.entry(stored);
  }

  private ModelException anotherBase(String what) {
    return new ModelException("%s: adapter is for another base: %s".formatted(file.file(), what));
  }
}
