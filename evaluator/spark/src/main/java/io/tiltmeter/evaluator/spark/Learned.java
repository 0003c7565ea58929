package io.tiltmeter.evaluator.spark;

import io.tiltmeter.evaluator.scan.Detectors;
import io.tiltmeter.evaluator.scan.Looks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the passes so far saw, from which the detectors of another machine learn the same; sent to
 * each once a pass.
 */
final class Learned implements Serializable {
  private static final long serialVersionUID = 1;

  private final int maxLines;
  private final byte[][] passes;

  /** Of this machine; all its tasks take their looks from them. */
  private transient @Nullable Detectors detectors;

  /**
   * Before the first pass.
   *
   * @param maxLines most line numbers that a finding names
   */
  Learned(int maxLines) {
    this(maxLines, new byte[0][]);
  }

  private Learned(int maxLines, byte[][] passes) {
    this.maxLines = maxLines;
    this.passes = passes;
  }

  /** What is known after another pass. */
  Learned with(Looks whole) throws IOException {
    List<byte[]> all = new ArrayList<>(List.of(passes));
    all.add(bytes(whole));
    return new Learned(maxLines, all.toArray(new byte[0][]));
  }

  /** Fresh looks for the pass that comes. */
  synchronized Looks looks() throws IOException {
    if (detectors == null) {
      Detectors fresh = new Detectors(maxLines);
      for (byte[] pass : passes) {
        Looks whole = fresh.looks();
        whole.add(read(pass));
        fresh.learn(whole);
      }
      detectors = fresh;
    }
    return detectors.looks();
  }

  private static byte[] bytes(Looks looks) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(looks);
    }
    return bytes.toByteArray();
  }

  private static Looks read(byte[] bytes) throws IOException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (Looks) in.readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException("this machine runs another build of Tiltmeter than the driver", e);
    }
  }
}
