package io.tiltmeter.gateway.webhook;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where webhooks may go, and how patiently they are sent.
 *
 * @param allowHttp whether they may go unencrypted
 * @param allowPrivate whether they may go to addresses that are not on the public internet; whoever
 *     may make endpoints can then have any server reached that this process reaches
 * @param keyFile the key that secrets are encrypted with, in Base64; absent: one in the home. All
 *     processes of an installation need the same
 * @param patience for one attempt, from the look-up of the name to the answer's head
 */
public record WebhookSettings(
    boolean allowHttp, boolean allowPrivate, @Nullable Path keyFile, Duration patience) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Over TLS to the public internet, 10 s for an attempt. */
  public static final WebhookSettings DEFAULT = new WebhookSettings(false, false, null, PATIENCE);
}
