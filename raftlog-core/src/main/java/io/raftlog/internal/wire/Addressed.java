package io.raftlog.internal.wire;

import io.raftlog.internal.message.Envelope;

/**
 * What a frame's header says.
 *
 * @param logId the log that the message is about
 * @param envelope the message, who sent it and to whom
 */
public record Addressed(String logId, Envelope envelope) {}
