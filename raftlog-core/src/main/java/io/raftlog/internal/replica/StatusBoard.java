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
            role, last.term(), Optional.empty(), false, last.startOffset(), last.endOffset(), why);
  }

  private LogStatus snapshot() {
    ReadView view = applier.view();
    LogStatus.Role role =
        switch (core.role().kind()) {
          case LEADER -> LogStatus.Role.LEADER;
          case FOLLOWER -> LogStatus.Role.FOLLOWER;
          case PRE_CANDIDATE, CANDIDATE -> LogStatus.Role.CANDIDATE;
        };
    return new LogStatus(
        role,
        core.term(),
        Optional.ofNullable(core.role().leader()),
        core.standing() == Standing.VOTER,
        view.startOffset(),
        view.endOffset(),
        Optional.empty());
  }
}
