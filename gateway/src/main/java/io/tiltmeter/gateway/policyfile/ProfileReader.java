package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.gateway.sourcefile.Fields;
import io.tiltmeter.gateway.sourcefile.Issues;
import io.tiltmeter.gateway.sourcefile.NameList;
import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.gateway.sourcefile.Place;
import io.tiltmeter.gateway.sourcefile.Words;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Profile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the part {@code profiles}: what holds instead for some tenants or bases. */
final class ProfileReader {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
  private static final Pattern BASE = Pattern.compile("[A-Za-z0-9._:*-]{1,128}");
  private static final List<String> AUDIENCE = List.of("tiers", "tenants", "base_models");
  private static final List<String> KEYS =
      Stream.of(List.of("name"), AUDIENCE, PolicyReader.PARTS).flatMap(List::stream).toList();

  private final Set<String> categories;
  private final Issues issues;
  private final Map<String, Place> named = new HashMap<>();

  ProfileReader(Set<String> categories, Issues issues) {
    this.categories = categories;
    this.issues = issues;
  }

  /** The profiles in their order, each with the file's policy where it says nothing itself. */
  List<Profile> read(Fields top, Policy file) {
    return top.items("profiles").orElse(List.of()).stream()
        .map(node -> profile(node, file))
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<Profile> profile(Node node, Policy file) {
    return Fields.of(node, "the profile", KEYS, issues).flatMap(fields -> profile(fields, file));
  }

  private Optional<Profile> profile(Fields fields, Policy file) {
    String name = fields.requiredName("name", NAME);
    if (name != null) {
      checkUnique(name, fields.placeOf("name"));
    }
    if (AUDIENCE.stream().noneMatch(fields::has)) {
      issues.add(
          fields.place(),
          "the profile is for nobody; add \"tiers\", \"tenants\" or \"base_models\"");
    }
    Profile profile =
        new Profile(
            String.valueOf(name),
            NameList.matching(fields, "tiers", TENANT, issues),
            NameList.matching(fields, "tenants", TENANT, issues),
            NameList.matching(fields, "base_models", BASE, issues),
            new PolicyReader(fields, file, categories, issues)
                .parts("%s/%s".formatted(file.name(), name), file.version()));
    return name == null ? Optional.empty() : Optional.of(profile);
  }

  private void checkUnique(String name, Place place) {
    Place first = named.putIfAbsent(name, place);
    if (first != null) {
      issues.add(
          place,
          "profile %s is named twice, first on line %d; the first that fits a job counts"
              .formatted(Words.quote(name), first.line()));
    }
  }
}
