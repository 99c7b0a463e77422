package io.raftlog.internal.core;

/**
 * How far a leader's own storage is behind what its followers have committed without it (thesis
 * §10.2.1). Small lags are why a log is as quick as its majority; with a large one the disk hangs,
 * and another node would lead better. Owned by the loop thread.
 */
final class StorageLag {
  /**
   * How many times {@link CoreConfig#maxUncommittedBytes} it may be: what is not durable here is
   * held in memory.
   */
  private static final int MAX_BYTES_FACTOR = 4;

  /** How many election timeouts what others have committed may take to be durable here. */
  private static final int MAX_ELECTION_TIMEOUTS = 4;

  private final RaftCore core;

  /** What was committed at {@link #sinceNanos}, and was not durable here at the last look. */
  private long index;

  private long sinceNanos;

  StorageLag(RaftCore core, long nowNanos) {
    this.core = core;
    this.sinceNanos = nowNanos;
  }

  /** Whether memory holds all that it may: nothing more is taken then. */
  boolean isFull() {
    long kept = Math.min(core.commitIndex(), core.writes.durableIndex());
    return core.log.sizes().bytesAfter(kept)
        >= MAX_BYTES_FACTOR * core.config.maxUncommittedBytes();
  }

  /** Measures, which is to be done at every tick, and tells whether another node should lead. */
  boolean measure(long nowNanos) {
    if (core.writes.durableIndex() >= index) {
      index = core.commitIndex();
      sinceNanos = nowNanos;
    }
    long patience = MAX_ELECTION_TIMEOUTS * core.config.electionTimeoutNanos();
    return isFull() || nowNanos - sinceNanos >= patience;
  }
}
