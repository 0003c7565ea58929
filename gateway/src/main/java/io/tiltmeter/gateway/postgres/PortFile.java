package io.tiltmeter.gateway.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that remembers the server's port, so that it stays the same where it can. */
record PortFile(Path path) {

  /** The remembered port where nothing else listens on it, else a free one; remembers it. */
  int choose() throws IOException {
    int wanted = remembered();
    int port = isFree(wanted) ? wanted : free();
    Files.writeString(path, port + "\n");
    return port;
  }

  private int remembered() throws IOException {
    if (!Files.exists(path)) {
      return 0;
    }
    String text = Files.readString(path).strip();
    return text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : 0;
  }

  private static boolean isFree(int port) {
    if (port < 1 || port > 65_535) {
      return false;
    }
    try (ServerSocket socket = listen(port)) {
      return socket.isBound();
    } catch (IOException _) {
      return false;
    }
  }

  private static int free() throws IOException {
    try (ServerSocket socket = listen(0)) {
      return socket.getLocalPort();
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.ofLiteral(EmbeddedPostgres.HOST));
  }
}
