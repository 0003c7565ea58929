package io.tiltmeter.evaluator.steer;

/** A way to write plain text so that it is not read at once, and to read it. */
interface Writing {

  /** The text in code; what the code has no signs for is left out or stays as it is. */
  String write(String plain);

  /** What is written, as far as it can be read; never throws, whatever the text. */
  String read(String coded);
}
