package io.raftlog.internal.replica;

import io.raftlog.LogStatus;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.Standing;
import java.util.Optional;

/** How a replica is doing: written by the loop thread, read by any. */
final class StatusBoard {
  private final RaftCore core;
  private final LogApplier applier;
  private volatile LogStatus current;

  StatusBoard(RaftCore core, LogApplier applier) {
    this.core = core;
    this.applier = applier;
    this.current = snapshot();
  }

  LogStatus current() {
    return current;
  }

  void refresh() {
    current = snapshot();
  }

  void stopped(LogStatus.Role role, Optional<String> why) {
    LogStatus last = current;
    current =
        new LogStatus(
            role,
            last.term(),
            last.formed(),
            Optional.empty(),
            false,
            last.startOffset(),
            last.endOffset(),
            why);
  }

  /**
   * Nobody is shown as leader before the log's first entry is committed. Until then the loss of one
   * node, the leader or another, keeps the cluster from being formed; whoever sees a leader may
   * rely on a majority.
   */
  private LogStatus snapshot() {
    ReadView view = applier.view();
    boolean formed = applier.appliedIndex() > 0;
    Standing standing = core.standing();
    LogStatus.Role role =
        switch (core.role().kind()) {
          case LEADER -> formed ? LogStatus.Role.LEADER : LogStatus.Role.CANDIDATE;
          case FOLLOWER -> LogStatus.Role.FOLLOWER;
          case PRE_CANDIDATE, CANDIDATE -> LogStatus.Role.CANDIDATE;
        };
    return new LogStatus(
        role,
        core.term(),
        formed || standing == Standing.AWAITING_READMISSION,
        Optional.ofNullable(formed ? core.role().leader() : null),
        standing == Standing.VOTER,
        view.startOffset(),
        view.endOffset(),
        Optional.empty());
  }
}
