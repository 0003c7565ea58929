package io.tiltmeter.gateway.trainer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What trainers have sent, a folder for each lease: {@code result/NAME}, {@code
 * checkpoints/step-N/NAME}, and {@code incoming/} for what still arrives. Calls do file work.
 */
public final class Uploads {
  private final Path root;
  private final Upload.Opener opener;

  /**
   * @param root a folder that only this product writes to
   */
  public Uploads(Path root) {
    this(root, Upload.Opener.DISK);
  }

  Uploads(Path root, Upload.Opener opener) {
    this.root = root;
    this.opener = opener;
  }

  /** The folder that holds the files of the result and nothing else. */
  Path result(Lease lease) {
    return folder(lease.id()).resolve("result");
  }

  Path place(Lease lease, UploadPath path) {
    return path.isOfCheckpoint()
        ? folder(lease.id()).resolve(path.text())
        : result(lease).resolve(path.text());
  }

  Upload receive(Lease lease) throws IOException {
    return Upload.into(folder(lease.id()).resolve("incoming"), opener);
  }

  /** Bytes that the file system still has room for. */
  long room() throws IOException {
    Files.createDirectories(root);
    return Files.getFileStore(root).getUsableSpace();
  }

  /** Ids of the leases that have a folder here. */
  List<String> leases() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    List<String> leases = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
      folders.forEach(folder -> leases.add(folder.getFileName().toString()));
      return leases;
    } catch (IOException e) {
      throw new UncheckedIOException("the folder of uploads cannot be read", e);
    }
  }

  /** The folder that holds the files of one checkpoint and nothing else. */
  Path checkpoint(String leaseId, long step) {
    return folder(leaseId).resolve(UploadPath.ofCheckpoint(step));
  }

  /** Removes everything that was sent under a lease. */
  void remove(String leaseId) {
    remove(leaseId, folder(leaseId));
  }

  /** Removes the files of one checkpoint. */
  void removeCheckpoint(String leaseId, long step) {
    remove(leaseId, checkpoint(leaseId, step));
  }

  private static void remove(String leaseId, Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the upload of %s cannot be removed".formatted(leaseId), e);
    }
  }

  private Path folder(String leaseId) {
    return root.resolve(leaseId);
  }
}
