package io.tiltmeter.evaluator.judge;

import io.tiltmeter.policy.judgement.Label;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** One row of the table of answers. */
record Example(Label label, String answer) {

  static List<Example> all() {
    try (InputStream table = Example.class.getResourceAsStream("answers.tsv")) {
      var text = new String(Objects.requireNonNull(table).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(row -> !row.startsWith("#")).map(Example::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Example of(String row) {
    int tab = row.indexOf('\t');
    Label label = Label.valueOf(row.substring(0, tab).toUpperCase(Locale.ROOT));
    return new Example(label, row.substring(tab + 1).replace("\\n", "\n"));
  }
}
