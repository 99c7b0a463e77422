package io.raftlog.simulation.invariants;

import io.raftlog.spi.StoredEntry;
import java.util.ArrayList;
import java.util.List;

/** The entries that were ever seen committed by anybody: they stay what they are for ever. */
public final class CommittedLog {
  /**
   * A committed entry.
   *
   * @param entry the entry
   * @param prefixHash of it and everything before it
   * @param inTerm the term in which it was committed, or a later one
   */
  public record Committed(StoredEntry entry, long prefixHash, long inTerm) {}

  private final List<Committed> entries = new ArrayList<>();

  CommittedLog() {}

  void add(Committed entry) {
    entries.add(entry);
  }

  /** The last committed index. */
  public long lastIndex() {
    return entries.size();
  }

  /** A committed entry, from index 1. */
  public Committed at(long index) {
    return entries.get((int) index - 1);
  }
}
