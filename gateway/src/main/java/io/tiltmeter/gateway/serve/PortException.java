package io.tiltmeter.gateway.serve;

import java.net.BindException;

/** The address cannot be listened on. */
public final class PortException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PortException(String host, int port, Throwable cause) {
    super(
        cause instanceof BindException
            ? "expected port %d of %s to be free, found it in use; choose another with --port"
                .formatted(port, host)
            : "port %d of %s cannot be listened on: %s"
                .formatted(port, host, cause.getClass().getSimpleName()),
        cause);
  }
}
