package io.tiltmeter.gateway.demo;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the parts lie that the demo works with.
 *
 * @param root the directory that holds {@code fixtures}
 */
public record Installation(Path root) {

  /**
   * The installation that the launcher named.
   *
   * @throws DemoException if it named none, or one without fixtures
   */
  public static Installation current() {
    String root = System.getProperty("tiltmeter.root");
    if (root == null) {
      throw new DemoException("tiltmeter.root is not set; start through the launcher ./tiltmeter");
    }
    Installation installation = new Installation(Path.of(root));
    if (!Files.isDirectory(installation.tinyBase())) {
      throw new DemoException(
          "expected the tiny base model at %s, found nothing; run from a complete checkout"
              .formatted(installation.tinyBase()));
    }
    return installation;
  }

  Path tinyBase() {
    return root.resolve("fixtures/models/tiny-base");
  }

  Path tinyPack() {
    return root.resolve("fixtures/packs/tiny");
  }

  Path datasets() {
    return root.resolve("fixtures/datasets");
  }

  Path defaultPolicy() {
    return root.resolve("fixtures/policies/default.yaml");
  }

  /** The class path of the reference trainer, which is a program of its own. */
  String trainerClassPath() {
    Path target = root.resolve("fixtures/trainer/target");
    return target.resolve("classes") + java.io.File.pathSeparator + target.resolve("lib") + "/*";
  }
}
