package io.tiltmeter.gateway.hub;

import io.tiltmeter.evaluator.scratch.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A private folder for what is being fetched, gone when closed or when the process is told to end.
 * What a killed process left is removed by the next one.
 */
public final class DownloadFolder implements AutoCloseable {
  private static final String KIND = "fetch-";

  private final Scratch scratch;
  private final Path folder;
  private final Thread onShutdown;

  private DownloadFolder(Scratch scratch, Path folder) {
    this.scratch = scratch;
    this.folder = folder;
    this.onShutdown = new Thread(scratch::close, "end of a download");
    Runtime.getRuntime().addShutdownHook(onShutdown);
  }

  /**
   * A new folder.
   *
   * @param parent a folder that only downloads are kept in
   * @throws HubException if none can be made
   */
  public static DownloadFolder create(Path parent) {
    try {
      Scratch scratch = Scratch.create(parent, KIND);
      // What is fetched is looked at as a whole, and must not have the lock beside it.
      return new DownloadFolder(
          scratch, Files.createDirectory(scratch.directory().resolve("model")));
    } catch (IOException e) {
      throw new HubException(
          "%s: no folder can be made here (%s); free space and check its owner"
              .formatted(parent, e.getClass().getSimpleName()),
          e);
    }
  }

  /** Where to put files. */
  public Path path() {
    return folder;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(onShutdown);
    } catch (IllegalStateException _) {
      // The virtual machine is shutting down, and the hook does what is left to do.
      return;
    }
    scratch.close();
  }
}
