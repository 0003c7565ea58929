package io.tiltmeter.gateway.blob;

import java.io.IOException;
import java.util.stream.Stream;

/** There is no room left where blobs are kept; nothing was kept of the one that did not fit. */
public final class StorageFullException extends IOException {
  private static final long serialVersionUID = 1L;

  StorageFullException(IOException cause) {
    super("there is no room left where blobs are kept; make room and try again", cause);
  }

  /** The same failure, by its own name if it is this one (ENOSPC, EDQUOT). */
  static IOException orSame(IOException e) {
    String message = String.valueOf(e.getMessage());
    boolean full =
        Stream.of("No space left on device", "Disk quota exceeded").anyMatch(message::contains);
    return full ? new StorageFullException(e) : e;
  }
}
