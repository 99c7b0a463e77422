package io.raftlog.simulation;

/**
 * A node's two clocks. The steady one begins anywhere, also shortly before it overflows, and runs a
 * little too fast or too slow; the wall clock may be set at any time, forward and back.
 */
final class SimulatedClock {
  private static final long EPOCH_MILLIS = 1_700_000_000_000L;

  private final EventQueue queue;
  private final long originNanos;
  private final long partsPerMillion;
  private long wallOffsetMillis;

  SimulatedClock(EventQueue queue, long originNanos, long partsPerMillion) {
    this.queue = queue;
    this.originNanos = originNanos;
    this.partsPerMillion = partsPerMillion;
  }

  long steadyNanos() {
    long now = queue.nowNanos();
    return originNanos + now + now / 1_000_000 * partsPerMillion;
  }

  /** When, in virtual time, this clock will not be before a reading any more. */
  long virtualAt(long steadyNanos) {
    long remaining = steadyNanos - steadyNanos();
    if (remaining <= 0) {
      return queue.nowNanos();
    }
    // A microsecond more than enough makes up for the rounding.
    return queue.nowNanos()
        + (long) (remaining / (1 + partsPerMillion / 1e6))
        + (partsPerMillion == 0 ? 0 : 1_000_000);
  }

  long wallMillis() {
    return EPOCH_MILLIS + wallOffsetMillis + queue.nowNanos() / 1_000_000;
  }

  void jumpWallClock(long millis) {
    wallOffsetMillis += millis;
  }
}
