package io.tiltmeter.evaluator.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What looks see can be sent between machines. */
class SentLooksTest {
  @Test
  void scan_looksThatAreSentAndAddedUp_findTheSame() throws IOException {
    List<String> rows = AttackedRows.of(400);
    ScanReport here = Rows.report(rows);

    assertThat(DatasetScan.scan(new Machines(rows), ScanSettings.DEFAULT))
        .isEqualTo(new ScanResult.Scanned(here));
    assertThat(here.findings())
        .extracting(ScanFinding::detector)
        .contains("explicit-harm", "refusal-suppression", "cipher", "trigger", "flood");
  }

  /** As many machines as rows are dealt to, each of which learns from what it is sent. */
  private static final class Machines implements Passes {
    private static final int COUNT = 3;

    private final List<String> rows;
    private final List<byte[]> wholes = new ArrayList<>();

    Machines(List<String> rows) {
      this.rows = rows;
    }

    @Override
    public Method method() {
      return Method.SUPERVISED;
    }

    @Override
    public Seen read(Method method, Detectors detectors) throws IOException {
      Seen whole = new Seen(detectors.looks(), 1);
      for (int machine = 0; machine < COUNT; machine++) {
        RowWatch watch = new RowWatch(ScanSettings.DEFAULT, method, learned().looks());
        for (int i = machine; i < rows.size(); i += COUNT) {
          watch.read(i + 1, rows.get(i));
        }
        whole.add((Seen) received(sent(watch.seen())));
      }
      wholes.add(sent(whole.looks()));
      return whole;
    }

    private Detectors learned() throws IOException {
      Detectors detectors = new Detectors(ScanSettings.DEFAULT.maxLines());
      for (byte[] pass : wholes) {
        Looks looks = detectors.looks();
        looks.add((Looks) received(pass));
        detectors.learn(looks);
      }
      return detectors;
    }

    private static byte[] sent(Object seen) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(seen);
      }
      return bytes.toByteArray();
    }

    private static Object received(byte[] bytes) throws IOException {
      try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
        return in.readObject();
      } catch (ClassNotFoundException e) {
        throw new AssertionError(e);
      }
    }
  }
}
