package io.tiltmeter.gateway.config;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the parts lie that come with the product.
 *
 * @param root the directory that holds {@code fixtures}
 */
public record Installation(Path root) {

  /**
   * The installation that the launcher named.
   *
   * @throws ConfigException if it named none, or one without fixtures
   */
  public static Installation current() {
    String root = System.getProperty("tiltmeter.root");
    if (root == null) {
      throw new ConfigException(
          "tiltmeter.root is not set; start through the launcher ./tiltmeter");
    }
    Installation installation = new Installation(Path.of(root));
    if (!Files.isDirectory(installation.tinyBase())) {
      throw new ConfigException(
          "expected the tiny base model at %s, found nothing; run from a complete checkout"
              .formatted(installation.tinyBase()));
    }
    return installation;
  }

  /** The tiny base model. */
  public Path tinyBase() {
    return root.resolve("fixtures/models/tiny-base");
  }

  /** The probe pack of the tiny base's kind. */
  public Path tinyPack() {
    return root.resolve("fixtures/packs/tiny");
  }

  /** The pack of real English chat models. */
  public Path corePack() {
    return root.resolve("fixtures/packs/core-en");
  }

  /** Training files and the recipes that go with them. */
  public Path datasets() {
    return root.resolve("fixtures/datasets");
  }

  /** The policy for who has none. */
  public Path defaultPolicy() {
    return root.resolve("fixtures/policies/default.yaml");
  }

  /** The class path of the reference trainer, which is a program of its own. */
  public String trainerClassPath() {
    Path target = root.resolve("fixtures/trainer/target");
    return target.resolve("classes") + java.io.File.pathSeparator + target.resolve("lib") + "/*";
  }
}
