package io.tiltmeter.gateway.openapi;

import io.tiltmeter.dashboards.reference.ApiReference;
import io.tiltmeter.dashboards.reference.ApiReference.Answer;
import io.tiltmeter.dashboards.reference.ApiReference.Group;
import io.tiltmeter.dashboards.reference.ApiReference.Member;
import io.tiltmeter.dashboards.reference.ApiReference.Operation;
import io.tiltmeter.dashboards.reference.ApiReference.Schema;
import io.tiltmeter.dashboards.reference.ApiReference.TypeWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Puts an OpenAPI document into words. */
final class References {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");
  private static final List<String> MEDIA_TYPES =
      List.of("application/json", "multipart/form-data");

  private final JsonNode document;
  private final Types types;

  References(JsonNode document) {
    this.document = document;
    this.types = new Types();
  }

  ApiReference reference() {
    return new ApiReference(
        text(document.path("info"), "title"),
        text(document.path("info"), "description"),
        document.path("tags").valueStream().map(this::group).toList(),
        document.at("/components/schemas").properties().stream().map(this::schema).toList());
  }

  private Group group(JsonNode tag) {
    String name = text(tag, "name");
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> item : path.getValue().properties()) {
        if (METHODS.contains(item.getKey())
            && item.getValue().at("/tags/0").asString("").equals(name)) {
          operations.add(operation(path, item));
        }
      }
    }
    return new Group(name, text(tag, "description"), operations);
  }

  private Operation operation(Map.Entry<String, JsonNode> path, Map.Entry<String, JsonNode> item) {
    JsonNode operation = item.getValue();
    List<Member> parameters = new ArrayList<>();
    path.getValue().path("parameters").forEach(each -> parameters.add(parameter(each)));
    operation.path("parameters").forEach(each -> parameters.add(parameter(each)));
    return new Operation(
        text(operation, "operationId"),
        item.getKey().toUpperCase(Locale.ROOT),
        path.getKey(),
        text(operation, "summary"),
        text(operation, "description"),
        parameters,
        members(content(operation.path("requestBody"))),
        answer(resolved(operation.at("/responses/200"))));
  }

  private Member parameter(JsonNode given) {
    JsonNode parameter = resolved(given);
    String where = text(parameter, "in");
    return new Member(
        where.equals("query")
            ? text(parameter, "name")
            : "%s (%s)".formatted(text(parameter, "name"), where),
        types.of(parameter.path("schema")),
        parameter.path("required").asBoolean(false),
        text(parameter, "description"));
  }

  private Answer answer(JsonNode response) {
    return new Answer(text(response, "description"), types.of(content(response)));
  }

  private JsonNode content(JsonNode holder) {
    return MEDIA_TYPES.stream()
        .map(type -> holder.path("content").path(type).path("schema"))
        .filter(schema -> !schema.isMissingNode())
        .findFirst()
        .orElse(holder.path("content").path("none"));
  }

  private Schema schema(Map.Entry<String, JsonNode> entry) {
    JsonNode schema = entry.getValue();
    List<Member> members = members(schema);
    String description = text(schema, "description");
    return new Schema(
        entry.getKey(),
        members.isEmpty() && description.isEmpty() ? types.of(schema).text() : description,
        members);
  }

  /** The members of an object, with those of the schemas that it is made of. */
  private List<Member> members(JsonNode given) {
    JsonNode schema = resolved(given);
    Set<String> required =
        schema.path("required").valueStream().map(JsonNode::asString).collect(Collectors.toSet());
    List<Member> members = new ArrayList<>();
    schema.path("allOf").forEach(part -> members.addAll(members(part)));
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      members.removeIf(member -> member.name().equals(property.getKey()));
      members.add(
          new Member(
              property.getKey(),
              types.of(property.getValue()),
              required.contains(property.getKey()),
              text(property.getValue(), "description")));
    }
    return members;
  }

  private JsonNode resolved(JsonNode node) {
    String reference = node.path("$ref").asString("");
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }

  /** Types in words. */
  private static final class Types {
    private static final String SCHEMAS = "#/components/schemas/";

    TypeWords of(JsonNode schema) {
      List<String> names = new ArrayList<>();
      return new TypeWords(words(schema, names), names.stream().distinct().toList());
    }

    private String words(JsonNode schema, List<String> names) {
      String reference = text(schema, "$ref");
      if (!reference.isEmpty()) {
        names.add(reference.substring(SCHEMAS.length()));
        return "";
      }
      if (schema.has("const")) {
        return schema.get("const").toString();
      }
      if (schema.has("enum")) {
        return join(schema.path("enum"), JsonNode::toString);
      }
      for (String choice : List.of("anyOf", "oneOf", "allOf")) {
        if (schema.has(choice)) {
          return join(schema.path(choice), part -> words(part, names));
        }
      }
      return plain(schema, names);
    }

    private String plain(JsonNode schema, List<String> names) {
      String type =
          schema.path("type").isArray()
              ? join(schema.path("type"), JsonNode::asString)
              : text(schema, "type");
      if (type.equals("array")) {
        return "array of " + words(schema.path("items"), names);
      }
      if (type.equals("object") && !schema.has("properties")) {
        JsonNode values = schema.path("additionalProperties");
        return values.isObject() ? "object of " + words(values, names) : type;
      }
      return type + range(schema);
    }

    private static String range(JsonNode schema) {
      StringBuilder range = new StringBuilder();
      append(range, schema, "minimum", ", at least ");
      append(range, schema, "exclusiveMinimum", ", above ");
      append(range, schema, "maximum", ", at most ");
      append(range, schema, "maxLength", ", characters at most ");
      append(range, schema, "default", ", unless said ");
      return range.toString();
    }

    private static void append(StringBuilder range, JsonNode schema, String name, String words) {
      if (schema.has(name)) {
        range.append(words).append(schema.get(name).asString());
      }
    }

    private static String join(JsonNode list, Function<JsonNode, String> words) {
      return list.valueStream()
          .map(words)
          .filter(word -> !word.isEmpty())
          .collect(Collectors.joining(" or "));
    }
  }
}
