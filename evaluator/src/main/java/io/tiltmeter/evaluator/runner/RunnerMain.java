package io.tiltmeter.evaluator.runner;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Entry point of the child process; speaks {@link Wire} over standard input and output. */
public final class RunnerMain {
  private final PrintStream events;

  private RunnerMain(PrintStream events) {
    this.events = events;
  }

  /** Runs until standard input ends. */
  public static void main(String[] args) throws InterruptedException {
    PrintStream events = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    // A library that prints must not end up between two events.
    System.setOut(System.err);
    new RunnerMain(events).converse(linesOfInput());
  }

  private static BlockingQueue<String> linesOfInput() {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread.ofPlatform().daemon().name("input").start(() -> read(lines));
    return lines;
  }

  /** Ends the process with its input, so that no runner outlives the process that started it. */
  private static void read(BlockingQueue<String> lines) {
    try (BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      input.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException _) {
      // Nothing is left to read from or to answer to: the same as the end of input.
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }

  private void converse(BlockingQueue<String> lines) throws InterruptedException {
    try (LoadedPair pair = LoadedPair.open(Wire.JSON.readValue(lines.take(), Wire.Open.class))) {
      send(Wire.Event.ready(pair.ready()));
      while (true) {
        Wire.Generate request = Wire.JSON.readValue(lines.take(), Wire.Generate.class);
        pair.generate(request, reply -> send(Wire.Event.answer(reply)));
        send(Wire.Event.done());
      }
    } catch (ModelException e) {
      send(Wire.Event.error(String.valueOf(e.getMessage())));
    } catch (OutOfMemoryError e) {
      send(Wire.Event.error("the models need more memory than the runner has"));
    } catch (RuntimeException e) {
      // The message may quote input, so neither the log nor the parent gets it.
      System.err.println(e.getClass().getName() + " " + Arrays.toString(e.getStackTrace()));
      send(Wire.Event.error("the model runner failed: " + e.getClass().getSimpleName()));
    }
  }

  private synchronized void send(Wire.Event event) {
    events.println(Wire.JSON.writeValueAsString(event));
  }
}
