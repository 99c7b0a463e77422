package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.internal.core.Effects;
import io.raftlog.internal.core.Standing;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a replica tells its operator. Owned by the loop thread. */
final class ReplicaLog {
  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

  /** Role changes get so many lines in this time: enough to tell a story by, without a flood. */
  private static final int MOST_LINES = 20;

  private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final NodeId node;
  private final String logId;
  private final List<NodeId> members;
  private Effects.@Nullable RoleChange lastChange;

  /** When the interval began, and how many lines it has had. */
  private long sinceNanos;

  private int lines;
  private int withheld;

  ReplicaLog(ReplicaConfig config, long nowNanos) {
    this.sinceNanos = nowNanos;
    this.node = config.core().self();
    this.logId = config.logId();
    this.members = config.core().members();
  }

  void recovered(Recovery recovery, long endOffset) {
    LOG.info(
        "node={} log={} recovered: term={} lastIndex={} commitIndex={} endOffset={}"
            + " replayedEntries={}",
        node,
        logId,
        recovery.core().hardState().term(),
        recovery.core().lastIndex(),
        recovery.core().commitIndex(),
        endOffset,
        recovery.committed().size() + recovery.uncommitted().size());
    if (recovery.core().lastIndex() == 0) {
      LOG.info(
          "node={} log={} is empty: it is formed when all members are there, or brought up to date"
              + " by the others if they have it already members={}",
          node,
          logId,
          members);
    }
  }

  /** Tells of a new role, term or leader; not of asking again and again for an election. */
  void roleChanged(Effects.RoleChange change, Standing standing, long nowNanos) {
    if (change.equals(lastChange)) {
      return;
    }
    lastChange = change;
    if (isIntervalOver(nowNanos)) {
      beginInterval(nowNanos);
    }
    if (lines < MOST_LINES) {
      tellRole(change, standing);
    } else {
      withheld++;
    }
  }

  /** The last line must not stay one that is no longer true. */
  void tellWithheld(Standing standing, long nowNanos) {
    if (withheld > 0 && lastChange != null && isIntervalOver(nowNanos)) {
      beginInterval(nowNanos);
      tellRole(lastChange, standing);
    }
  }

  private boolean isIntervalOver(long nowNanos) {
    return nowNanos - sinceNanos >= INTERVAL_NANOS;
  }

  private void beginInterval(long nowNanos) {
    if (withheld > 0) {
      LOG.warn(
          "node={} log={} changed its role {} times more within a minute: is its election timeout"
              + " too short for the leader's heartbeat interval, or for the network? Configure the"
              + " same options on every node",
          node,
          logId,
          withheld);
    }
    withheld = 0;
    sinceNanos = nowNanos;
    lines = 0;
  }

  private void tellRole(Effects.RoleChange change, Standing standing) {
    lines++;
    LOG.info(
        "node={} log={} role={} term={} leader={} standing={}",
        node,
        logId,
        change.role(),
        change.term(),
        change.leader(),
        standing);
  }

  void notice(Effects.Notice notice) {
    switch (notice.kind()) {
      case AWAITING_READMISSION ->
          LOG.warn(
              "node={} log={} peer={}: this node's storage is not the one that the cluster knows"
                  + " (it was emptied or replaced); it neither votes nor counts until it has been"
                  + " brought up to date and re-admitted by the others, which happens by itself",
              node,
              logId,
              notice.peer());
      case FOREIGN_FORMATION ->
          LOG.error(
              "node={} log={} peer={}: belongs to another formation of this cluster and is ignored;"
                  + " one of the two has old or foreign data: stop that one, and start it with its own"
                  + " directory or an empty one",
              node,
              logId,
              notice.peer());
      case MEMBERS_DIFFER ->
          LOG.error(
              "node={} log={} peer={}: was configured with other members, so the cluster cannot be"
                  + " formed; configure the same members on every node",
              node,
              logId,
              notice.peer());
    }
  }

  /** Never throws: it is told when there may be no memory, and of anybody's exception. */
  void failed(Throwable cause) {
    try {
      LOG.error(
          "node={} log={} stopped for good: neither votes nor acknowledges any more; the other"
              + " nodes go on. See the cause, as a rule this node's disk or its memory, and start it"
              + " again",
          node,
          logId,
          cause);
    } catch (Throwable e) {
      // Callers have been told, and the status says so too.
    }
  }

  /** Never throws: the replica is closed. */
  void closed() {
    try {
      LOG.info("node={} log={} closed", node, logId);
    } catch (Throwable e) {
      // The node says so too.
    }
  }
}
