package io.raftlog;

/** Is told which records a subscription had to leave out; see {@link OnTrimmed}. */
@FunctionalInterface
public interface GapListener {
  /**
   * The records of a range were not delivered and will not be. Called on the subscriber's thread,
   * between what comes before the gap and what comes after it, so it may block as a subscriber may;
   * one that throws ends the subscription, as a subscriber that throws does.
   *
   * @param fromOffset the first one
   * @param toOffset the end, exclusive
   */
  void skipped(long fromOffset, long toOffset);
}
