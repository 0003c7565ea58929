package io.tiltmeter.gateway.sourcefile;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tiltmeter.gateway.packfile.PackReader;
import io.tiltmeter.gateway.policyfile.PolicyReader;
import io.tiltmeter.policy.lineage.CanonicalJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The shipped JSON Schemas, as a validator that is not ours reads them. */
public final class JsonSchemas {
  private static final String BASE = "https://tiltmeter.io/schemas/";
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemas(
                  Map.of(
                      BASE + "pack.schema.json",
                      text(PackReader.class, "pack.schema.json"),
                      BASE + "probe.schema.json",
                      text(PackReader.class, "probe.schema.json"),
                      BASE + "policy.schema.json",
                      text(PolicyReader.class, "policy.schema.json"))));

  private JsonSchemas() {}

  /** What the schema of this file name finds wrong with the tree. */
  public static List<Error> problems(String schema, @Nullable Object tree) {
    Schema compiled = REGISTRY.getSchema(SchemaLocation.of(BASE + schema));
    return compiled.validate(CanonicalJson.of(tree), InputFormat.JSON);
  }

  private static String text(Class<?> beside, String name) {
    try (InputStream in = Objects.requireNonNull(beside.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
