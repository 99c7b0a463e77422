package io.raftlog.examples.quickstart;

import java.util.Locale;

/**
 * What is wrong with a node's log, or with the worst one of several.
 *
 * @param records how many records it holds
 * @param lost records that were published and are not there
 * @param doubled records that are there again, under the same producer and sequence
 * @param reordered records that come after a later one of their producer
 * @param foreign records that nobody published, or whose bytes are others
 * @param misplaced records that are not at the offset that was acknowledged, and gaps between
 *     offsets
 * @param digest of everything in it, in order: equal logs have equal ones; empty when there are
 *     several logs that differ
 */
record Findings(
    long records,
    long lost,
    long doubled,
    long reordered,
    long foreign,
    long misplaced,
    String digest) {
  boolean isClean() {
    boolean isComplete = lost == 0 && doubled == 0 && reordered == 0;
    return isComplete && foreign == 0 && misplaced == 0 && !digest.isEmpty();
  }

  /** What is wrong with one or the other. */
  Findings or(Findings other) {
    return new Findings(
        Math.max(records, other.records),
        Math.max(lost, other.lost),
        Math.max(doubled, other.doubled),
        Math.max(reordered, other.reordered),
        Math.max(foreign, other.foreign),
        Math.max(misplaced, other.misplaced),
        digest.equals(other.digest) ? digest : "");
  }

  String describe() {
    if (!isClean()) {
      return String.format(
          Locale.ROOT,
          "WRONG: %,d records, of them %,d lost, %,d doubled, %,d reordered, %,d foreign, %,d misplaced",
          records,
          lost,
          doubled,
          reordered,
          foreign,
          misplaced);
    }
    return String.format(
        Locale.ROOT,
        "%,d records, each once, in its producer's order, where it was acknowledged; digest %s",
        records,
        digest);
  }
}
