package io.tiltmeter.gateway.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** A file that is arriving: hashed and counted while it is written, in memory of one piece. */
final class PartialFile implements Receiver.Sink, AutoCloseable {
  private final HubFile file;
  private final FileChannel channel;
  private MessageDigest digest;
  private volatile long size;

  /**
   * A new file.
   *
   * @throws HubException if it cannot be made
   */
  PartialFile(HubFile file, Path folder) {
    this.file = file;
    this.digest = file.newMessageDigest();
    try {
      channel =
          FileChannel.open(
              folder.resolve(file.path()), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  long size() {
    return size;
  }

  @Override
  public void accept(ByteBuffer piece) {
    long arrived = size + piece.remaining();
    if (arrived > file.size()) {
      throw new HubException(
          "%s: expected %d bytes, as the hub lists it, and more came; try again, or another hub"
              .formatted(file.path(), file.size()));
    }
    digest.update(piece.duplicate());
    try {
      while (piece.hasRemaining()) {
        channel.write(piece);
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
    size = arrived;
  }

  /** Forgets what came so far. */
  void restart() {
    try {
      channel.truncate(0);
      channel.position(0);
    } catch (IOException e) {
      throw unwritable(e);
    }
    digest = file.newMessageDigest();
    size = 0;
  }

  /**
   * Compares what came with what the hub listed; due once, when all has come.
   *
   * @throws HubException if it differs
   */
  void check() {
    file.check(digest);
  }

  private HubException unwritable(IOException e) {
    return new HubException(
        "%s: cannot be written to the home (%s); free space and check its owner"
            .formatted(file.path(), Broken.words(e)),
        e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }
}
