package io.tiltmeter.gateway.http;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code multipart/form-data} body (RFC 7578, RFC 2046 section 5.1.1) as it arrives, in the
 * memory of one piece of it.
 */
public final class Multipart {
  private static final int MAX_HEADER_BYTES = 8 << 10;
  private static final int MAX_BOUNDARY = 70;
  private static final byte[] LINE_END = {'\r', '\n'};
  private static final Needle HEADERS_END = new Needle(new byte[] {'\r', '\n', '\r', '\n'});

  private final Supplier<Optional<Buffer>> source;

  /** What stands before every boundary but the first; that one is made to look the same. */
  private final Needle delimiter;

  private byte[] window = LINE_END.clone();
  private int from;
  private int to = LINE_END.length;
  private boolean inPart = true;

  private Multipart(Supplier<Optional<Buffer>> source, String boundary) {
    this.source = source;
    this.delimiter = new Needle(("\r\n--" + boundary).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Begins to read.
   *
   * @param contentType the request's, with its boundary
   * @param source the next piece of the body, empty at its end
   * @throws RequestException with status 400 if that is no multipart form
   */
  public static Multipart of(String contentType, Supplier<Optional<Buffer>> source) {
    HeaderValue type = HeaderValue.parse(contentType);
    String boundary = type.parameter("boundary").orElse("");
    if (!type.value().equals("multipart/form-data") || boundary.isEmpty()) {
      throw malformed(
          "expected Content-Type \"multipart/form-data; boundary=…\"; send the file as a form");
    }
    if (boundary.length() > MAX_BOUNDARY) {
      throw malformed("expected a boundary of at most 70 characters");
    }
    return new Multipart(source, boundary);
  }

  /**
   * Goes on to the next part, past what is left of the one before; empty after the last.
   *
   * @throws RequestException with status 400 if the form is broken or ends early
   */
  public Optional<Part> next() {
    ByteBuffer skipped = ByteBuffer.allocate(MAX_HEADER_BYTES);
    while (inPart) {
      fill(skipped.clear());
    }
    require(2);
    if (window[from] == '-' && window[from + 1] == '-') {
      return Optional.empty();
    }
    String headers = headers();
    inPart = true;
    return Optional.of(Part.parse(headers));
  }

  /** The header lines of a part; the line break after the boundary counts as the first of them. */
  private String headers() {
    int end = find(HEADERS_END);
    while (end < 0) {
      if (to - from > MAX_HEADER_BYTES) {
        throw malformed("expected headers of at most 8 KiB for each part");
      }
      more();
      end = find(HEADERS_END);
    }
    String text = new String(window, from, end - from, StandardCharsets.UTF_8);
    from = end + HEADERS_END.length();
    return text;
  }

  /**
   * Takes content of the current part until there is no room or no more of it.
   *
   * @return false once the part is complete
   * @throws RequestException with status 400 if the form ends before the part does
   */
  public boolean fill(ByteBuffer target) {
    while (target.hasRemaining()) {
      int end = find(delimiter);
      int safe = end >= 0 ? end : Math.max(from, to - delimiter.length() + 1);
      int taken = Math.min(safe - from, target.remaining());
      target.put(window, from, taken);
      from += taken;
      if (from == end) {
        from += delimiter.length();
        inPart = false;
        return false;
      }
      if (from == safe) {
        more();
      }
    }
    return true;
  }

  /**
   * The content of the current part as text, which ends it.
   *
   * @throws RequestException with status 400 if it has more bytes than this
   */
  public String text(Part part, int limit) {
    ByteBuffer piece = ByteBuffer.allocate(limit + 1);
    if (fill(piece) || piece.position() > limit) {
      throw RequestException.invalid(
          "invalid_value",
          part.name(),
          "expected at most %d bytes in \"%s\"".formatted(limit, part.name()));
    }
    return new String(piece.array(), 0, piece.position(), StandardCharsets.UTF_8);
  }

  private void require(int bytes) {
    while (to - from < bytes) {
      more();
    }
  }

  private void more() {
    Buffer piece =
        source
            .get()
            .orElseThrow(
                () ->
                    RequestException.invalid(
                        "incomplete_body",
                        null,
                        "expected the form's closing boundary, found the end of the body; the"
                            + " upload was cut off, send it again"));
    int left = to - from;
    byte[] grown = new byte[left + piece.length()];
    System.arraycopy(window, from, grown, 0, left);
    piece.getBytes(grown, left);
    window = grown;
    from = 0;
    to = grown.length;
  }

  /** Where these bytes begin in what has been read and not been taken; -1 if they are not there. */
  private int find(Needle wanted) {
    return wanted.find(window, from, to);
  }

  private static RequestException malformed(String message) {
    return RequestException.invalid("invalid_form", null, message);
  }

  /**
   * What a part says of itself.
   *
   * @param name of the form's field
   * @param filename as the sender gave it; none if the field is no file
   */
  public record Part(String name, @Nullable String filename) {
    private static final String DISPOSITION = "content-disposition:";

    /**
     * Refuses this field if there was one of its name before.
     *
     * @throws RequestException with status 400 if {@code before} is not null
     */
    public void refuseSecond(@Nullable Object before) {
      if (before != null) {
        throw RequestException.invalid(
            "invalid_value",
            name,
            "Expected one '%s' in the form, found a second one.".formatted(name));
      }
    }

    static Part parse(String headers) {
      HeaderValue disposition =
          headers
              .lines()
              .filter(line -> line.regionMatches(true, 0, DISPOSITION, 0, DISPOSITION.length()))
              .map(line -> HeaderValue.parse(line.substring(DISPOSITION.length())))
              .findFirst()
              .orElseThrow(() -> malformed("expected a Content-Disposition in every part"));
      String name =
          disposition
              .parameter("name")
              .orElseThrow(() -> malformed("expected a name in every part's Content-Disposition"));
      return new Part(name, disposition.parameter("filename").orElse(null));
    }
  }
}
