package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.internal.core.Effects;
import io.raftlog.internal.core.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a replica tells its operator. Owned by the loop thread. */
final class ReplicaLog {
  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

  /** A line says then what may be the matter. */
  private static final int TIMES_TO_WARN = 16;

  private final NodeId node;
  private final String logId;
  private final List<NodeId> members;
  private Effects.@Nullable RoleChange lastChange;
  private Effects.@Nullable RoleChange changeBefore;

  /** How often in a row the role went back to what it was before. */
  private int reversals;

  ReplicaLog(ReplicaConfig config) {
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

  /**
   * Tells of a new role, term or leader; not of asking again and again for an election. Of a leader
   * that is lost and found again and again, ever more rarely.
   */
  void roleChanged(Effects.RoleChange change, Standing standing) {
    if (change.equals(lastChange)) {
      return;
    }
    reversals = change.equals(changeBefore) ? reversals + 1 : 0;
    changeBefore = lastChange;
    lastChange = change;
    int times = reversals / 2;
    if (Integer.bitCount(times) > 1) {
      return;
    }
    if (times == TIMES_TO_WARN && reversals % 2 == 0) {
      LOG.warn(
          "node={} log={} has lost its leader {} times in term {} and found it again: its election"
              + " timeout may be too short for the leader's heartbeat interval, or for the network;"
              + " configure the same ones on every node",
          node,
          logId,
          times,
          change.term());
    }
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
    } catch (RuntimeException | Error e) {
      // Callers have been told, and the status says so too.
    }
  }

  /** Never throws: the replica is closed. */
  void closed() {
    try {
      LOG.info("node={} log={} closed", node, logId);
    } catch (RuntimeException | Error e) {
      // The node says so too.
    }
  }
}
