package io.tiltmeter.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tiltmeter.gateway.openapi.OpenApi;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Holds exchanges against the OpenAPI document: what is sent and answered must be as it says. */
final class ApiContract {
  private static final String ADDRESS = "https://tiltmeter.test/openapi.json";
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");

  private final JsonNode document = OpenApi.SHIPPED.tree();
  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder -> builder.schemas(Map.of(ADDRESS, document.toString())));
  private final Set<String> succeeded = new TreeSet<>();

  /**
   * One exchange.
   *
   * @param body JSON that was sent; empty where none was
   */
  record Exchange(String method, String path, String body, int status, String answer) {}

  /** The document's operations as "METHOD path", by their ids. */
  Map<String, String> operations() {
    Map<String, String> operations = new TreeMap<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        item -> {
                          if (METHODS.contains(item.getKey())) {
                            operations.put(
                                item.getValue().path("operationId").asString(),
                                item.getKey() + " " + path.getKey());
                          }
                        }));
    return operations;
  }

  /** The ids of operations that were seen to succeed. */
  Set<String> succeeded() {
    return succeeded;
  }

  /** Checks an exchange. */
  void check(Exchange exchange) {
    String pointer = operation(exchange);
    JsonNode operation = document.at(pointer);
    if (exchange.status() < 300) {
      succeeded.add(operation.path("operationId").asString());
      if (!exchange.body().isEmpty()) {
        validate(pointer + "/requestBody/content/application~1json/schema", exchange.body());
      }
    }
    String response =
        resolved(pointer + (exchange.status() == 200 ? "/responses/200" : "/responses/default"));
    String schema = response + "/content/application~1json/schema";
    if (!document.at(schema).isMissingNode()) {
      validate(schema, exchange.answer());
    } else {
      assertThat(document.at(response).path("content").isEmpty())
          .as("JSON answers of %s are described", exchange.path())
          .isFalse();
    }
  }

  /** Where in the document the operation of an exchange is. */
  private String operation(Exchange exchange) {
    Optional<String> path =
        document.path("paths").properties().stream()
            .map(Map.Entry::getKey)
            .filter(template -> pattern(template).matcher(exchange.path()).matches())
            .findFirst();
    assertThat(path).as("%s is in the document", exchange.path()).isPresent();
    String pointer =
        "/paths/%s/%s"
            .formatted(path.get().replace("/", "~1"), exchange.method().toLowerCase(Locale.ROOT));
    assertThat(document.at(pointer).isMissingNode())
        .as("%s %s is in the document", exchange.method(), exchange.path())
        .isFalse();
    return pointer;
  }

  private static Pattern pattern(String template) {
    return Pattern.compile(template.replaceAll("\\{\\w+}", "[^/]+"));
  }

  private String resolved(String pointer) {
    String reference = document.at(pointer).path("$ref").asString("");
    return reference.isEmpty() ? pointer : reference.substring(1);
  }

  private void validate(String pointer, String json) {
    Schema schema = schemas.getSchema(SchemaLocation.of(ADDRESS + "#" + pointer));
    assertThat(schema.validate(json, InputFormat.JSON)).as("%s: %s", pointer, json).isEmpty();
  }
}
