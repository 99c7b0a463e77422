package io.raftlog.simulation.invariants;

import io.raftlog.internal.message.Envelope;
import io.raftlog.spi.StorageWrite;
import java.util.List;

/** All invariants of one log, and the log that is committed. */
public final class Invariants {
  private final CommittedLog committed = new CommittedLog();
  private final CheckpointsAgree checkpoints = new CheckpointsAgree();
  private final List<Invariant> all;

  /**
   * Nothing has happened yet.
   *
   * @param cluster what the disks hold
   */
  public Invariants(ClusterState cluster) {
    all =
        List.of(
            new ElectionSafety(),
            new OneVotePerTerm(),
            new VoteIsDurable(),
            new TermNeverDecreases(),
            new LogMatching(),
            new LeaderAppendOnly(),
            new CommitNeverDecreases(),
            new OnlyOwnTermByCounting(),
            new CommittedIsDurable(committed, cluster),
            new StateMachineSafety(committed),
            new LeaderCompleteness(committed),
            new AcknowledgedIsDurable(),
            new OneMembershipChange(),
            checkpoints);
  }

  /** What is committed. */
  public CommittedLog committed() {
    return committed;
  }

  /** How many checkpoints were compared with another replica's of the same index. */
  public long comparedCheckpoints() {
    return checkpoints.compared();
  }

  /** A replica has been recovered from its disk. */
  public void afterStart(ReplicaState replica) {
    for (Invariant invariant : all) {
      invariant.afterStart(replica);
    }
  }

  /** A replica has done what was to be done. */
  public void afterWork(ReplicaState replica) {
    for (Invariant invariant : all) {
      invariant.afterWork(replica);
    }
  }

  /** A replica has handed a message to its transport. */
  public void onSend(ReplicaState replica, Envelope envelope) {
    for (Invariant invariant : all) {
      invariant.onSend(replica, envelope);
    }
  }

  /** A replica has handed a write to its storage. */
  public void onWrite(ReplicaState replica, StorageWrite write) {
    for (Invariant invariant : all) {
      invariant.onWrite(replica, write);
    }
  }
}
