package io.tiltmeter.gateway.work;

/**
 * A leased piece of work.
 *
 * @param subject id of the file or job that it is about
 * @param token fencing token of this lease; a later lease of the same item has a higher one
 * @param attempt 1, and one more for each time that this work failed; a worker that died is no
 *     failure of the work
 * @param isTakenOver whether another worker's lease ran out before this one
 */
public record WorkItem(
    long id, WorkKind kind, String subject, long token, int attempt, boolean isTakenOver) {}
