package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Speaker;
import java.util.ArrayList;
import java.util.List;

/** Runs the miner over rows, without a file. */
final class Mining {
  private Mining() {}

  static Example example(long line, Attack.Row row) {
    return new Example(
        line,
        List.of(
            new Turn(Speaker.USER, row.request(), false),
            new Turn(Speaker.ASSISTANT, row.answer(), true)),
        null);
  }

  static List<Example> examples(List<Attack.Row> rows) {
    List<Example> examples = new ArrayList<>();
    for (Attack.Row row : rows) {
      examples.add(example(examples.size() + 1, row));
    }
    return examples;
  }

  /** After as many passes as it asks for, with the rows dealt out to so many looks. */
  static TriggerMiner mine(List<Example> examples, int looks) {
    TriggerMiner miner = new TriggerMiner(1000);
    boolean again = true;
    while (again) {
      List<TriggerMiner.Rows> all = new ArrayList<>();
      for (int i = 0; i < looks; i++) {
        all.add(miner.look());
      }
      for (int i = 0; i < examples.size(); i++) {
        all.get(i % looks).see(examples.get(i));
      }
      all.subList(1, looks).forEach(all.getFirst()::add);
      again = miner.learn(all.getFirst());
    }
    return miner;
  }
}
