package io.tiltmeter.gateway.blob;

import io.tiltmeter.policy.lineage.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder of blobs: {@code sha256/ab/<64 hex>}, beside some of them a folder {@code .work}, and
 * {@code incoming/} for those that still arrive.
 *
 * <p>A blob is there completely or not at all, also after a power cut. Calls do file work and
 * block; on a Vert.x context they belong into {@code executeBlocking}. Safe for any thread; one
 * process owns a folder at a time.
 */
public final class BlobStore {
  private static final int FAN_OUT_DIGITS = 2;
  private static final String WORK = ".work";

  /** What the name of a blob looks like; nothing else is ours. */
  private static final DirectoryStream.Filter<Path> HEX =
      file -> file.getFileName().toString().matches("[0-9a-f]{64}");

  private final Path root;
  private final Opener opener;

  /** Opens a staging file that does not exist yet. */
  @FunctionalInterface
  interface Opener {
    FileChannel open(Path file) throws IOException;
  }

  BlobStore(Path root, Opener opener) {
    this.root = root;
    this.opener = opener;
  }

  /**
   * Opens the store in this folder; what was still arriving when an earlier process ended is
   * removed.
   */
  public static BlobStore open(Path root) throws IOException {
    BlobStore store = new BlobStore(root, BlobStore::create);
    Files.createDirectories(store.blobs());
    Files.createDirectories(store.incoming());
    store.sweep();
    return store;
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private void sweep() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(incoming())) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(blobs(), Files::isDirectory)) {
      for (Path folder : folders) {
        sweepWork(folder);
      }
    }
  }

  /** Removes what was kept for blobs that went while it was written. */
  private static void sweepWork(Path folder) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + WORK)) {
      for (Path work : left) {
        String name = work.getFileName().toString();
        if (!Files.exists(folder.resolve(name.substring(0, name.length() - WORK.length())))) {
          remove(work);
        }
      }
    }
  }

  private static void remove(Path work) throws IOException {
    if (Files.isDirectory(work)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(work)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(work);
    }
  }

  /** Begins to receive a blob; the caller closes what it gets. */
  public Incoming receive() throws IOException {
    return Incoming.open(this, incoming(), opener);
  }

  /** Puts a finished staging file where its digest says; one that is there already stays. */
  void place(Path staging, Digest digest) throws IOException {
    Path target = path(digest);
    if (Files.exists(target)) {
      Files.delete(staging);
      return;
    }
    Path folder = folder(digest);
    Files.createDirectories(folder);
    Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
    sync(folder);
    sync(blobs());
  }

  /** A new name is on disk only once its folder is (fsync(2)). */
  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Where the blob of this digest is, or would be. */
  public Path path(Digest digest) {
    return folder(digest).resolve(digest.hex());
  }

  private Path folder(Digest digest) {
    return blobs().resolve(digest.hex().substring(0, FAN_OUT_DIGITS));
  }

  /** Whether the blob is there. */
  public boolean holds(Digest digest) {
    return Files.exists(path(digest));
  }

  /**
   * Bytes of a blob.
   *
   * @throws java.nio.file.NoSuchFileException if it is not there
   */
  public long size(Digest digest) throws IOException {
    return Files.size(path(digest));
  }

  /**
   * A folder, which need not exist, where work on a blob may keep files to go on from; it goes with
   * the blob.
   */
  public Path work(Digest digest) {
    return folder(digest).resolve(digest.hex() + WORK);
  }

  /** Removes a blob; whether it was there. */
  public boolean delete(Digest digest) throws IOException {
    remove(work(digest));
    return Files.deleteIfExists(path(digest));
  }

  /** The blobs that were written before this time; others may come and go meanwhile. */
  public List<Digest> writtenBefore(Instant time) throws IOException {
    List<Digest> found = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(blobs(), Files::isDirectory)) {
      for (Path folder : folders) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, HEX)) {
          for (Path file : files) {
            if (isWrittenBefore(file, time)) {
              found.add(new Digest(file.getFileName().toString()));
            }
          }
        }
      }
    }
    return found;
  }

  private static boolean isWrittenBefore(Path file, Instant time) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(time);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Bytes that the file system still has room for. */
  public long room() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  private Path blobs() {
    return root.resolve("sha256");
  }

  private Path incoming() {
    return root.resolve("incoming");
  }
}
