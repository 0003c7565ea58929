package io.tiltmeter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What may depend on what. */
@AnalyzeClasses(packages = "io.tiltmeter", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

  @ArchTest
  static final ArchRule policyIsPure =
      classes()
          .that()
          .resideInAPackage("io.tiltmeter.policy..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.tiltmeter.policy..", "java..", "org.jspecify..")
          .because("rules and statistics must be testable and reviewable without any framework");

  @ArchTest
  static final ArchRule policyDoesNoInputOrOutput =
      noClasses()
          .that()
          .resideInAPackage("io.tiltmeter.policy..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.io", "java.nio.file..", "java.net..", "java.sql..");

  @ArchTest
  static final ArchRule evaluatorKnowsNoGateway =
      noClasses()
          .that()
          .resideInAPackage("io.tiltmeter.evaluator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.tiltmeter.gateway..", "io.tiltmeter.dashboards..", "io.vertx..", "picocli..");

  @ArchTest
  static final ArchRule dashboardsSeePolicyOnly =
      noClasses()
          .that()
          .resideInAPackage("io.tiltmeter.dashboards..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.tiltmeter.gateway..", "io.tiltmeter.evaluator..");

  @ArchTest
  static final ArchRule onlyOneDoorToOnnxRuntime =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tiltmeter.evaluator.onnx..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule onlyPolicyFilesKnowCel =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tiltmeter.gateway.policyfile..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.cel..");

  @ArchTest
  static final ArchRule onlyTheCommandLineKnowsPicocli =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tiltmeter.gateway.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule processesStartInFewPlaces =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.tiltmeter.evaluator.runner..",
              "io.tiltmeter.gateway.demo..",
              "io.tiltmeter.gateway.reference..",
              "io.tiltmeter.gateway.postgres..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ProcessBuilder.class);

  @ArchTest
  static final ArchRule onlyStoresAndTheDatabaseSpeakSql =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Store")
          .and()
          .resideOutsideOfPackage("io.tiltmeter.gateway.db..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient..", "java.sql..");

  @ArchTest
  static final ArchRule jsonObjectsOfVertxAreNotUsed =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx.core.json..")
          .because("wire records and one JSON mapper say what a request is made of");

  @ArchTest
  static final ArchRule nothingUsesTheEntryPoint =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tiltmeter.gateway.app..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.tiltmeter.gateway.app..");

  @ArchTest
  static final ArchRule featuresAreNotTangled =
      slices().matching("io.tiltmeter.(*).(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noHiddenClock =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callConstructor(Random.class)
          .because("a Clock and a seeded generator are passed in");

  @ArchTest
  static final ArchRule verticlesWaitWithPatience =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.tiltmeter.gateway.serve..", "io.tiltmeter.gateway.cli..")
          .should()
          .callMethod(Future.class, "await", long.class, TimeUnit.class)
          .because("a future that comes late would stop a virtual-thread verticle for good");

  @ArchTest
  static final ArchRule onlyTheEntryPointEndsTheProcess =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tiltmeter.gateway.app..")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule noJunkDrawers =
      noClasses()
          .should()
          .haveNameMatching(".*\\.[^.$]*(Util|Utils|Helper|Manager|Impl|Service|DTO)");
}
