package io.raftlog;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Timing and limits of a log. Immutable; the defaults suit a local network and ordinary disks. All
 * nodes should have the same; none of it endangers the log if they have not.
 */
public final class LogOptions {
  /**
   * How long a follower waits for a sign of its leader before it asks for an election; each time
   * one to two times this long, at random. 500 ms: five heartbeats, so that a garbage collection or
   * a slow packet does not cost a leader.
   */
  public static final Duration DEFAULT_ELECTION_TIMEOUT = Duration.ofMillis(500);

  /**
   * How often an idle leader tells that it is there. 100 ms: 40 messages a second among three;
   * those of all logs that a node leads travel together. It is also how long one follower after the
   * other waits when the leader's connections break.
   */
  public static final Duration DEFAULT_HEARTBEAT_INTERVAL = Duration.ofMillis(100);

  /**
   * After which time an append without an outcome fails. 30 s: longer than any election, so that
   * only the loss of a majority shows.
   */
  public static final Duration DEFAULT_APPEND_TIMEOUT = Duration.ofSeconds(30);

  /** The longest payload. 1 MiB: larger things belong into a file, with their name in the log. */
  public static final int DEFAULT_MAX_PAYLOAD_BYTES = 1 << 20;

  /**
   * Most bytes of one batch, and so of one list of payloads. 2 MiB: one fsync pays for it. Beside
   * the payloads, 9 bytes for each record count, 82 and the producer id's for the list, and for a
   * {@link Message} its key and headers, with 5 bytes and 5 for each header.
   */
  public static final int DEFAULT_MAX_BATCH_BYTES = 2 << 20;

  /**
   * Most bytes of appends called on this node and without an outcome. 64 MiB. Each {@link Producer}
   * may hold as many more, which it repeats.
   */
  public static final long DEFAULT_MAX_IN_FLIGHT_BYTES = 64L << 20;

  /** Most appends called on this node and without an outcome. 65,536. */
  public static final int DEFAULT_MAX_IN_FLIGHT_APPENDS = 1 << 16;

  /**
   * Most reads that may wait on this node, for records or for a leader. 65,536: about 32 MB of
   * memory.
   */
  public static final int DEFAULT_MAX_WAITING_READS = 1 << 16;

  /**
   * Most bytes of durable entries kept in memory, newest first, for readers and followers. 32 MiB.
   */
  public static final long DEFAULT_CACHE_BYTES = 32L << 20;

  /**
   * How many producers are remembered. 10,000; agreed on when the log is formed, and for good. See
   * {@link Builder#maxProducers}.
   */
  public static final int DEFAULT_MAX_PRODUCERS = 10_000;

  /**
   * How long a producer that does not append is remembered. 7 days, counted while the log has a
   * leader; agreed on when the log is formed, and for good. Afterwards its id is unknown. See
   * {@link Builder#producerExpiry}.
   */
  public static final Duration DEFAULT_PRODUCER_EXPIRY = Duration.ofDays(7);

  /** The largest batch that can be configured: half a frame. */
  private static final int LARGEST_BATCH_BYTES = 16 << 20;

  /** 1 TiB: more than memory holds, and small enough to be multiplied. */
  private static final long MOST_IN_FLIGHT_BYTES = 1L << 40;

  /** 100 years: sums of a few such times still fit into 64 bits of nanoseconds. */
  private static final Duration LONGEST_TIME = Duration.ofDays(36_500);

  /** So many, with the longest ids, still fit into a checkpoint. */
  private static final int MOST_PRODUCERS = 150_000;

  /** What a batch needs beside one largest payload, in bytes. */
  private static final int BATCH_OVERHEAD_BYTES = 1024;

  /** All defaults. */
  public static final LogOptions DEFAULT = builder().build();

  private final Builder values;

  private LogOptions(Builder values) {
    this.values = values;
  }

  /**
   * Begins with the defaults.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * See {@link #DEFAULT_ELECTION_TIMEOUT}.
   *
   * @return the shortest election timeout
   */
  public Duration electionTimeout() {
    return values.electionTimeout;
  }

  /**
   * See {@link #DEFAULT_HEARTBEAT_INTERVAL}.
   *
   * @return the heartbeat interval
   */
  public Duration heartbeatInterval() {
    return values.heartbeatInterval;
  }

  /**
   * See {@link #DEFAULT_APPEND_TIMEOUT}.
   *
   * @return the time limit of an append
   */
  public Duration appendTimeout() {
    return values.appendTimeout;
  }

  /**
   * See {@link #DEFAULT_MAX_PAYLOAD_BYTES}.
   *
   * @return bytes
   */
  public int maxPayloadBytes() {
    return values.maxPayloadBytes;
  }

  /**
   * See {@link #DEFAULT_MAX_BATCH_BYTES}.
   *
   * @return bytes
   */
  public int maxBatchBytes() {
    return values.maxBatchBytes;
  }

  /**
   * See {@link #DEFAULT_MAX_IN_FLIGHT_BYTES}.
   *
   * @return bytes
   */
  public long maxInFlightBytes() {
    return values.maxInFlightBytes;
  }

  /**
   * See {@link #DEFAULT_MAX_IN_FLIGHT_APPENDS}.
   *
   * @return appends
   */
  public int maxInFlightAppends() {
    return values.maxInFlightAppends;
  }

  /**
   * See {@link #DEFAULT_MAX_WAITING_READS}.
   *
   * @return reads
   */
  public int maxWaitingReads() {
    return values.maxWaitingReads;
  }

  /**
   * See {@link #DEFAULT_CACHE_BYTES}.
   *
   * @return bytes
   */
  public long cacheBytes() {
    return values.cacheBytes;
  }

  /**
   * See {@link #DEFAULT_MAX_PRODUCERS}.
   *
   * @return producers
   */
  public int maxProducers() {
    return values.maxProducers;
  }

  /**
   * See {@link #DEFAULT_PRODUCER_EXPIRY}.
   *
   * @return how long an idle producer is remembered
   */
  public Duration producerExpiry() {
    return values.producerExpiry;
  }

  /** Collects options; {@link #build} checks them together. Not thread-safe. */
  public static final class Builder {
    private Duration electionTimeout = DEFAULT_ELECTION_TIMEOUT;
    private Duration heartbeatInterval = DEFAULT_HEARTBEAT_INTERVAL;
    private Duration appendTimeout = DEFAULT_APPEND_TIMEOUT;
    private int maxPayloadBytes = DEFAULT_MAX_PAYLOAD_BYTES;
    private int maxBatchBytes = DEFAULT_MAX_BATCH_BYTES;
    private long maxInFlightBytes = DEFAULT_MAX_IN_FLIGHT_BYTES;
    private int maxInFlightAppends = DEFAULT_MAX_IN_FLIGHT_APPENDS;
    private int maxWaitingReads = DEFAULT_MAX_WAITING_READS;
    private long cacheBytes = DEFAULT_CACHE_BYTES;
    private int maxProducers = DEFAULT_MAX_PRODUCERS;
    private Duration producerExpiry = DEFAULT_PRODUCER_EXPIRY;

    private Builder() {}

    private Builder(Builder from) {
      electionTimeout = from.electionTimeout;
      heartbeatInterval = from.heartbeatInterval;
      appendTimeout = from.appendTimeout;
      maxPayloadBytes = from.maxPayloadBytes;
      maxBatchBytes = from.maxBatchBytes;
      maxInFlightBytes = from.maxInFlightBytes;
      maxInFlightAppends = from.maxInFlightAppends;
      maxWaitingReads = from.maxWaitingReads;
      cacheBytes = from.cacheBytes;
      maxProducers = from.maxProducers;
      producerExpiry = from.producerExpiry;
    }

    /**
     * Sets the election timeout.
     *
     * @param timeout more than two heartbeat intervals
     * @return this builder
     */
    public Builder electionTimeout(Duration timeout) {
      electionTimeout = timeout;
      return this;
    }

    /**
     * Sets the heartbeat interval.
     *
     * @param interval at least 1 ms
     * @return this builder
     */
    public Builder heartbeatInterval(Duration interval) {
      heartbeatInterval = interval;
      return this;
    }

    /**
     * Sets how long an append may be without an outcome.
     *
     * @param timeout at least 1 ms
     * @return this builder
     */
    public Builder appendTimeout(Duration timeout) {
      appendTimeout = timeout;
      return this;
    }

    /**
     * Sets the longest payload, with its key and headers.
     *
     * @param bytes at least 1
     * @return this builder
     */
    public Builder maxPayloadBytes(int bytes) {
      maxPayloadBytes = bytes;
      return this;
    }

    /**
     * Sets the largest batch.
     *
     * @param bytes at least the longest payload and 1 KiB, at most 16 MiB
     * @return this builder
     */
    public Builder maxBatchBytes(int bytes) {
      maxBatchBytes = bytes;
      return this;
    }

    /**
     * Sets how many bytes of appends may be without an outcome.
     *
     * @param bytes at least one batch, at most 1 TiB
     * @return this builder
     */
    public Builder maxInFlightBytes(long bytes) {
      maxInFlightBytes = bytes;
      return this;
    }

    /**
     * Sets how many appends may be without an outcome.
     *
     * @param appends at least 1
     * @return this builder
     */
    public Builder maxInFlightAppends(int appends) {
      maxInFlightAppends = appends;
      return this;
    }

    /**
     * Sets how many reads may wait.
     *
     * @param reads at least 1
     * @return this builder
     */
    public Builder maxWaitingReads(int reads) {
      maxWaitingReads = reads;
      return this;
    }

    /**
     * Sets how many bytes of entries are kept in memory.
     *
     * @param bytes at least 0
     * @return this builder
     */
    public Builder cacheBytes(long bytes) {
      cacheBytes = bytes;
      return this;
    }

    /**
     * Sets how many producers are remembered: when one more comes, the one that has not appended
     * for longest is forgotten. Ids are for writers, not for items: with an id for each request, a
     * producer is forgotten after this many requests.
     *
     * <p>A later sequence of a forgotten producer is refused with {@link UnknownProducerException}.
     * But 0 is a first append again: repeating an old one stores it twice. And {@link
     * RaftLog#producer} begins anew, with a {@code lastSequence()} of -1. So a retry is safe while
     * the producer is remembered; who may be idle for long, as an outbox, needs this and {@link
     * #producerExpiry} to be large enough.
     *
     * <p>Counts only when the log is formed, by its first leader's options; what is configured
     * later is ignored.
     *
     * @param producers 1 to 150,000
     * @return this builder
     */
    public Builder maxProducers(int producers) {
      maxProducers = producers;
      return this;
    }

    /**
     * Sets how long a producer is remembered that neither appends nor is asked for with {@link
     * RaftLog#producer}. What it means to be forgotten, and that this counts only when the log is
     * formed, says {@link #maxProducers}.
     *
     * @param expiry more than the append timeout, so that no producer expires with appends in
     *     flight; 36,500 days at most
     * @return this builder
     */
    public Builder producerExpiry(Duration expiry) {
      producerExpiry = expiry;
      return this;
    }

    /**
     * Checks the options together.
     *
     * @return the options
     * @throws IllegalArgumentException naming every fault, with both values of a clash
     */
    public LogOptions build() {
      List<String> faults = new ArrayList<>();
      long heartbeatMillis = millis(faults, "heartbeat interval", heartbeatInterval);
      long electionMillis = millis(faults, "election timeout", electionTimeout);
      long appendMillis = millis(faults, "append timeout", appendTimeout);
      check(faults, heartbeatMillis >= 1, "heartbeat interval must be at least 1 ms");
      check(
          faults,
          electionMillis > 2 * heartbeatMillis,
          "election timeout "
              + electionMillis
              + " ms must be more than two heartbeat intervals of "
              + heartbeatMillis
              + " ms");
      check(faults, appendMillis >= 1, "append timeout must be at least 1 ms");
      check(faults, maxPayloadBytes >= 1, "maxPayloadBytes must be at least 1");
      check(
          faults,
          maxBatchBytes >= (long) maxPayloadBytes + BATCH_OVERHEAD_BYTES
              && maxBatchBytes <= LARGEST_BATCH_BYTES,
          "maxBatchBytes "
              + maxBatchBytes
              + " must be from maxPayloadBytes + "
              + BATCH_OVERHEAD_BYTES
              + " ("
              + (maxPayloadBytes + (long) BATCH_OVERHEAD_BYTES)
              + ") to "
              + LARGEST_BATCH_BYTES);
      check(
          faults,
          maxInFlightBytes >= maxBatchBytes && maxInFlightBytes <= MOST_IN_FLIGHT_BYTES,
          "maxInFlightBytes "
              + maxInFlightBytes
              + " must be from maxBatchBytes "
              + maxBatchBytes
              + " to "
              + MOST_IN_FLIGHT_BYTES);
      check(faults, maxInFlightAppends >= 1, "maxInFlightAppends must be at least 1");
      check(faults, maxWaitingReads >= 1, "maxWaitingReads must be at least 1");
      check(faults, cacheBytes >= 0, "cacheBytes must not be negative, is " + cacheBytes);
      check(
          faults,
          maxProducers >= 1 && maxProducers <= MOST_PRODUCERS,
          "maxProducers must be from 1 to " + MOST_PRODUCERS + ", is " + maxProducers);
      check(
          faults,
          producerExpiry.compareTo(appendTimeout) > 0
              && producerExpiry.compareTo(LONGEST_TIME) <= 0,
          "producerExpiry "
              + producerExpiry
              + " must be more than the append timeout "
              + appendTimeout
              + " and at most "
              + LONGEST_TIME);
      if (!faults.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", faults));
      }
      return new LogOptions(new Builder(this));
    }

    /** The milliseconds of a time; what does not fit into a number is a fault, and the limit. */
    private static long millis(List<String> faults, String what, Duration time) {
      boolean fits = time.compareTo(LONGEST_TIME) <= 0;
      check(faults, fits, what + " " + time + " must be at most " + LONGEST_TIME);
      Duration limited = fits ? time : LONGEST_TIME;
      return limited.isNegative() ? 0 : limited.toMillis();
    }

    private static void check(List<String> faults, boolean holds, String fault) {
      if (!holds) {
        faults.add(fault);
      }
    }
  }
}
