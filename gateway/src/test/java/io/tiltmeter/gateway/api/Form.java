package io.tiltmeter.gateway.api;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Multipart forms as text. */
final class Form {
  static final String TYPE = "multipart/form-data; boundary=B-7";
  static final String END = "--B-7--\r\n";

  private Form() {}

  /** A form of parts such as {@code F:content}, in order. */
  static String of(String parts) {
    return Arrays.stream(parts.split(",")).map(Form::part).collect(Collectors.joining()) + END;
  }

  private static String part(String part) {
    return head(
            switch (part.charAt(0)) {
              case 'F' -> "file\"; filename=\"a.jsonl";
              case 'N' -> "file";
              case 'P' -> "purpose";
              case 'A' -> "expires_after[anchor]";
              case 'S' -> "expires_after[seconds]";
              case 'D' -> "data\"; filename=\"part";
              default -> "other";
            })
        + part.substring(2)
        + "\r\n";
  }

  static String head(String name) {
    return "--B-7\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n".formatted(name);
  }
}
