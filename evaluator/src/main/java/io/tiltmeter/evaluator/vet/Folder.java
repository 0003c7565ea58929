package io.tiltmeter.evaluator.vet;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An open directory whose entries are reached through its handle, so that nobody can swap the
 * directory or put a symbolic link in the way between a check and a read.
 */
final class Folder implements Closeable {

  /** What an entry is; links are not followed. */
  enum Type {
    FILE("file"),
    SYMLINK("symbolic link"),
    SUB_FOLDER("folder"),
    SPECIAL("special file");

    private final String words;

    Type(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  private final SecureDirectoryStream<Path> stream;

  private Folder(SecureDirectoryStream<Path> stream) {
    this.stream = stream;
  }

  @SuppressWarnings("StreamResourceLeak") // The folder that is returned closes it.
  static Folder open(Path path) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(path);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return new Folder(secure);
    }
    stream.close();
    throw new IOException("this file system has no directory handles; use one of Linux");
  }

  /** Names of all entries in no order, but at most {@code limit} of them; may be called once. */
  List<Path> names(int limit) {
    List<Path> names = new ArrayList<>();
    for (Path entry : stream) {
      if (names.size() == limit) {
        break;
      }
      names.add(entry.getFileName());
    }
    return names;
  }

  Type type(Path name) throws IOException {
    BasicFileAttributes attributes =
        stream
            .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes();
    if (attributes.isSymbolicLink()) {
      return Type.SYMLINK;
    }
    if (attributes.isDirectory()) {
      return Type.SUB_FOLDER;
    }
    return attributes.isRegularFile() ? Type.FILE : Type.SPECIAL;
  }

  /** Opens a file for reading; fails on a symbolic link. */
  SeekableByteChannel read(Path name) throws IOException {
    return stream.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
