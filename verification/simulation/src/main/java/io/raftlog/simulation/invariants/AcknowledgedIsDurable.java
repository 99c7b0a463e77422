package io.raftlog.simulation.invariants;

import io.raftlog.NodeId;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import io.raftlog.simulation.checkers.Violation;
import io.raftlog.spi.StorageWrite;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a follower acknowledges to the leader of a term is on its disk, just as that leader has it
 * (§5.3, figure 2).
 *
 * <p>A follower that was paused may find in one round of its loop (1) the old leader's request,
 * which it answers; (2) a newer leader's, which replaces the very entries of that answer. Answer
 * and replacement leave the round together. The answer is right, as one that was long on its way:
 * it was true while the old term lasted. So an answer in an older term than the replica's own may
 * also speak of what the disk held before the round's write.
 */
final class AcknowledgedIsDurable implements Invariant {
  /** Each leader's log, by its term: the hash of everything up to index 0, 1, 2 … */
  private final Map<Long, List<Long>> leaders = new HashMap<>();

  /** The replica in whose round something is truncated, and what its disk held before. */
  private @Nullable NodeId truncating;

  private final List<Long> heldBefore = new ArrayList<>();

  @Override
  public void onWrite(ReplicaState replica, StorageWrite write) {
    if (replica.leads()) {
      long term = replica.term();
      List<Long> hashes = leaders.computeIfAbsent(term, t -> new ArrayList<>());
      for (long index = hashes.size(); index <= replica.lastIndex(); index++) {
        hashes.add(replica.prefixHashAt(index));
      }
    }
    if (write.truncateFrom() > 0) {
      truncating = replica.node();
      heldBefore.clear();
      for (long index = 0; index <= replica.durableLastIndex(); index++) {
        heldBefore.add(replica.durableHashAt(index));
      }
    }
  }

  @Override
  public void afterWork(ReplicaState replica) {
    truncating = null;
  }

  @Override
  public void onSend(ReplicaState replica, Envelope envelope) {
    if (!(envelope.message() instanceof AppendResponse response) || !response.success()) {
      return;
    }
    int match = (int) response.matchIndex();
    List<Long> leader = leaders.getOrDefault(response.term(), List.of());
    boolean isOld = response.term() < replica.term();
    boolean held =
        match < leader.size()
            && (replica.durablyHolds(match, leader.get(match))
                || (isOld && heldBefore(replica, match, leader.get(match))));
    Violation.unless(
        held, name(), () -> replica.name() + " says " + response + ", but that is not on its disk");
  }

  private boolean heldBefore(ReplicaState replica, int index, long hash) {
    return replica.node().equals(truncating)
        && index < heldBefore.size()
        && heldBefore.get(index) == hash;
  }
}
