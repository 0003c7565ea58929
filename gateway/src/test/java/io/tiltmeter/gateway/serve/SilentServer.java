package io.tiltmeter.gateway.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A server on loopback that takes every connection and never says a word. */
final class SilentServer implements AutoCloseable {
  private final ServerSocket server;
  private final Queue<Socket> taken = new ConcurrentLinkedQueue<>();

  private SilentServer(ServerSocket server) {
    this.server = server;
  }

  static SilentServer start() throws IOException {
    SilentServer silent =
        new SilentServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(silent::take);
    return silent;
  }

  private void take() {
    try {
      while (!server.isClosed()) {
        taken.add(server.accept());
      }
    } catch (IOException e) {
      // It was closed; nobody connects any more.
      taken.removeIf(Socket::isClosed);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : taken) {
      socket.close();
    }
  }
}
