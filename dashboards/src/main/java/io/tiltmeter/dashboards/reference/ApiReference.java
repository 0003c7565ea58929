package io.tiltmeter.dashboards.reference;

import java.util.List;

/**
 * What an API offers.
 *
 * @param description a paragraph
 * @param schemas what operations take and give, by name
 */
public record ApiReference(
    String title, String description, List<Group> groups, List<Schema> schemas) {

  public ApiReference {
    groups = List.copyOf(groups);
    schemas = List.copyOf(schemas);
  }

  /** Operations on one subject. */
  public record Group(String name, String description, List<Operation> operations) {
    public Group {
      operations = List.copyOf(operations);
    }
  }

  /**
   * One operation.
   *
   * @param id unique; also the anchor on the page
   * @param description a paragraph; empty where the summary says it all
   * @param parameters of path, query and headers
   * @param body members of what is sent; empty where nothing is
   * @param answer what comes of it
   */
  public record Operation(
      String id,
      String method,
      String path,
      String summary,
      String description,
      List<Member> parameters,
      List<Member> body,
      Answer answer) {
    public Operation {
      parameters = List.copyOf(parameters);
      body = List.copyOf(body);
    }
  }

  /**
   * What an operation gives.
   *
   * @param type where it is JSON; a schema's name can be found on the page
   */
  public record Answer(String description, TypeWords type) {}

  /** What a schema describes. */
  public record Schema(String name, String description, List<Member> members) {
    public Schema {
      members = List.copyOf(members);
    }
  }

  /** A member, or a parameter. */
  public record Member(String name, TypeWords type, boolean isRequired, String description) {}

  /**
   * A type in words.
   *
   * @param text such as "integer, 1 to 50"
   * @param schemas names in the text that have an entry of their own
   */
  public record TypeWords(String text, List<String> schemas) {
    public TypeWords {
      schemas = List.copyOf(schemas);
    }
  }
}
