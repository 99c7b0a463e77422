package io.raftlog.netty;

import java.time.Duration;

/**
 * The durations that an application has no reason to change; tests shorten them.
 *
 * @param handshake how long a connection may take to introduce itself
 * @param pingInterval after how long without a received byte the other end is asked for one
 * @param silenceLimit how long a ping may stay without an answer before the connection is dead
 * @param minBackoff the delay after the first failed attempt to connect
 * @param maxBackoff the longest delay between two attempts to connect
 */
record Timing(
    Duration handshake,
    Duration pingInterval,
    Duration silenceLimit,
    Duration minBackoff,
    Duration maxBackoff) {
  /** 5 s: a handshake is one round trip; more means a stalled peer or a foreign client. */
  static final Duration DEFAULT_HANDSHAKE = Duration.ofSeconds(5);

  /** 1 s: costs an idle connection two packets of 28 bytes a second. */
  static final Duration DEFAULT_PING_INTERVAL = Duration.ofSeconds(1);

  /**
   * 4 s: with the ping interval, a half-open connection is closed after about 5 s, which is also
   * how long a node that was restarted elsewhere may have to wait for its old connection to be
   * given up. Longer than a bad garbage collection pause, so that those do not cost a reconnect.
   */
  static final Duration DEFAULT_SILENCE_LIMIT = Duration.ofSeconds(4);

  /** 50 ms: a peer that restarts is back soon after it listens. */
  static final Duration DEFAULT_MIN_BACKOFF = Duration.ofMillis(50);

  /** 2 s: a peer that was away for long is back within this time; costs one SYN each. */
  static final Duration DEFAULT_MAX_BACKOFF = Duration.ofSeconds(2);

  static final Timing DEFAULT =
      new Timing(
          DEFAULT_HANDSHAKE,
          DEFAULT_PING_INTERVAL,
          DEFAULT_SILENCE_LIMIT,
          DEFAULT_MIN_BACKOFF,
          DEFAULT_MAX_BACKOFF);
}
