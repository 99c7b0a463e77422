package io.raftlog.simulation.invariants;

import io.raftlog.simulation.checkers.Violation;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import java.util.HashMap;
import java.util.Map;

/**
 * Log Matching: if two logs contain an entry with the same index and term, then the logs are
 * identical in all entries up through the given index.
 */
final class LogMatching implements Invariant {
  private record Place(long index, long term) {}

  private final Map<Place, Long> prefixHashes = new HashMap<>();

  @Override
  public void onWrite(ReplicaState replica, StorageWrite write) {
    for (StoredEntry entry : write.entries()) {
      long hash = replica.prefixHashAt(entry.index());
      Long before = prefixHashes.putIfAbsent(new Place(entry.index(), entry.term()), hash);
      Violation.unless(
          before == null || before == hash,
          name(),
          () ->
              replica.name()
                  + " has another log up to entry "
                  + entry.index()
                  + " of term "
                  + entry.term());
    }
  }
}
