package io.tiltmeter.gateway.policyfile;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.gate.Evidence.Capability;
import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Evidence.Named;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a condition may speak of: the evidence under the names of the verdict's JSON.
 *
 * <p>{@code n}, {@code base_refusal_rate}, {@code tuned_refusal_rate}, {@code delta} (base minus
 * tuned) and {@code interval} (a list of two) are of all harmful behaviours; {@code categories} and
 * {@code replays} are maps from names to the same members, {@code over_refusal} has them for benign
 * twins with its delta turned. {@code capability} has {@code n}, {@code base_rate}, {@code
 * tuned_rate} and {@code delta}, {@code flips} has {@code lost} and {@code gained}; {@code
 * undecided_share}, {@code degenerate_share} and {@code detectable_delta} are fractions.
 */
final class EvidenceVariables {
  private static final ImmutableMap<String, CelType> COMPARISON_FIELDS =
      ImmutableMap.of(
          "n", SimpleType.INT,
          "base_refusal_rate", SimpleType.DOUBLE,
          "tuned_refusal_rate", SimpleType.DOUBLE,
          "delta", SimpleType.DOUBLE,
          "interval", ListType.create(SimpleType.DOUBLE));
  private static final StructType COMPARISON = struct("Comparison", COMPARISON_FIELDS);
  private static final StructType CAPABILITY =
      struct(
          "Capability",
          ImmutableMap.of(
              "n", SimpleType.INT,
              "base_rate", SimpleType.DOUBLE,
              "tuned_rate", SimpleType.DOUBLE,
              "delta", SimpleType.DOUBLE));
  private static final StructType FLIPS =
      struct("Flips", ImmutableMap.of("lost", SimpleType.INT, "gained", SimpleType.INT));

  private EvidenceVariables() {}

  /** Every variable and its type. */
  static Map<String, CelType> types() {
    Map<String, CelType> types = new LinkedHashMap<>(COMPARISON_FIELDS);
    types.put("categories", MapType.create(SimpleType.STRING, COMPARISON));
    types.put("replays", MapType.create(SimpleType.STRING, COMPARISON));
    types.put("over_refusal", COMPARISON);
    types.put("capability", CAPABILITY);
    types.put("flips", FLIPS);
    types.put("undecided_share", SimpleType.DOUBLE);
    types.put("degenerate_share", SimpleType.DOUBLE);
    types.put("detectable_delta", SimpleType.DOUBLE);
    return types;
  }

  /** The types of the variables that have members. */
  static CelTypeProvider typeProvider() {
    ImmutableList<CelType> types = ImmutableList.of(COMPARISON, CAPABILITY, FLIPS);
    return new CelTypeProvider() {
      @Override
      public ImmutableList<CelType> types() {
        return types;
      }

      @Override
      public Optional<CelType> findType(String name) {
        return types.stream().filter(type -> type.name().equals(name)).findFirst();
      }
    };
  }

  /** The values of all variables for this evidence. */
  static Map<String, Object> values(Evidence evidence) {
    Map<String, Object> values = new LinkedHashMap<>(comparison(evidence.harmful()));
    values.put("categories", comparisons(evidence.categories()));
    values.put("replays", comparisons(evidence.replays()));
    values.put("over_refusal", comparison(evidence.overRefusal()));
    values.put("capability", capability(evidence.capability()));
    values.put(
        "flips",
        Map.of("lost", (long) evidence.flips().lost(), "gained", (long) evidence.flips().gained()));
    values.put("undecided_share", evidence.undecidedShare());
    values.put("degenerate_share", evidence.degenerateShare());
    values.put("detectable_delta", evidence.detectableDelta());
    return values;
  }

  private static Map<String, Object> comparisons(List<Named> named) {
    Map<String, Object> byName = new LinkedHashMap<>();
    named.forEach(one -> byName.put(one.name(), comparison(one.comparison())));
    return byName;
  }

  private static Map<String, Object> comparison(Comparison comparison) {
    return Map.of(
        "n", (long) comparison.n(),
        "base_refusal_rate", comparison.baseRate(),
        "tuned_refusal_rate", comparison.tunedRate(),
        "delta", comparison.delta(),
        "interval", List.of(comparison.interval().low(), comparison.interval().high()));
  }

  private static Map<String, Object> capability(Capability capability) {
    return Map.of(
        "n", (long) capability.n(),
        "base_rate", capability.baseRate(),
        "tuned_rate", capability.tunedRate(),
        "delta", capability.delta());
  }

  private static StructType struct(String name, ImmutableMap<String, CelType> fields) {
    return StructType.create(
        name, fields.keySet(), field -> Optional.ofNullable(fields.get(field)));
  }
}
