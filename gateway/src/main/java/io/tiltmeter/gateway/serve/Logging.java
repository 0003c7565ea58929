package io.tiltmeter.gateway.serve;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of the gateway process on standard error: one JSON object a line, or text for people at a
 * terminal. Commands other than {@code serve} have none.
 */
public final class Logging {
  private static final String PATTERN = "%d{HH:mm:ss} %-5level %logger{0}: %msg%n";
  private static final String OURS = "io.tiltmeter";

  private Logging() {}

  /**
   * Begins to log.
   *
   * @param forPeople text instead of JSON
   */
  public static void toStandardError(boolean forPeople) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context, forPeople));
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    // Libraries may quote what they were given: only their warnings are wanted.
    root.setLevel(Level.WARN);
    context.getLogger(OURS).setLevel(Level.INFO);
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, boolean forPeople) {
    EncoderBase<ILoggingEvent> encoder = forPeople ? text() : json();
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  private static EncoderBase<ILoggingEvent> text() {
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setPattern(PATTERN);
    return text;
  }

  private static EncoderBase<ILoggingEvent> json() {
    JsonEncoder json = new JsonEncoder();
    json.setWithContext(false);
    json.setWithSequenceNumber(false);
    json.setWithArguments(false);
    json.setWithMessage(false);
    json.setWithFormattedMessage(true);
    return json;
  }
}
