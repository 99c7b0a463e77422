package io.raftlog.simulation;

import io.raftlog.LogStatus;
import io.raftlog.NodeId;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.Role;
import io.raftlog.internal.replica.Replica;
import io.raftlog.simulation.SimulatedDisk.OpenLog;
import io.raftlog.simulation.invariants.ReplicaState;
import io.raftlog.spi.StoredEntry;
import java.lang.reflect.Field;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A replica and what it has handed to its disk. */
final class ObservedReplica implements ReplicaState {
  private final SimulatedNode node;
  private final String logId;
  private final RaftCore core;
  private final OpenLog storage;
  private LogStatus.Role role = LogStatus.Role.FOLLOWER;
  private boolean leads;

  ObservedReplica(SimulatedNode node, String logId, Replica replica, OpenLog storage) {
    this.node = node;
    this.logId = logId;
    this.core = coreOf(replica);
    this.storage = storage;
  }

  /** The replica shows its core to nobody; the simulator looks all the same. */
  private static RaftCore coreOf(Replica replica) {
    try {
      Field field = Replica.class.getDeclaredField("core");
      field.setAccessible(true);
      return (RaftCore) field.get(replica);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Replica has no field core any more", e);
    }
  }

  /** Notices a change of role. */
  void worked(Replica replica) {
    // The status shows no leader before the log is formed.
    boolean wasElected = !leads && core.role().kind() == Role.Kind.LEADER;
    leads = core.role().kind() == Role.Kind.LEADER;
    if (wasElected) {
      node.world().reachedMilestone(node.id().value(), true);
    }
    LogStatus status = replica.status();
    if (status.role() != role) {
      role = status.role();
      World world = node.world();
      world.counters.add("role." + role);
      world.trace(
          "role",
          node.id().value(),
          role.name().hashCode() + core.term(),
          () ->
              logId
                  + " "
                  + role
                  + " term "
                  + core.term()
                  + status.failure().map(f -> " " + f).orElse(""));
    }
  }

  boolean storageHasFailed() {
    return storage.hasReportedFailure();
  }

  @Override
  public NodeId node() {
    return node.id();
  }

  @Override
  public UUID incarnation() {
    return node.disk().incarnation();
  }

  @Override
  public RaftCore core() {
    return core;
  }

  @Override
  public long lastIndex() {
    return storage.image().lastIndex();
  }

  @Override
  public long prefixHashAt(long index) {
    return storage.image().prefixHashAt(index);
  }

  @Override
  public StoredEntry entryAt(long index) {
    return storage.image().at(index).entry();
  }

  @Override
  public boolean durablyHolds(long index, long prefixHash) {
    return node.disk().durable(logId).holds(index, prefixHash);
  }

  @Override
  public long durableLastIndex() {
    return node.disk().durable(logId).lastIndex();
  }

  @Override
  public long durableHashAt(long index) {
    return node.disk().durable(logId).prefixHashAt(index);
  }

  @Override
  public long durableTerm() {
    return node.disk().durable(logId).decoded().term();
  }

  @Override
  public @Nullable NodeId durableVote() {
    return node.disk().durable(logId).decoded().votedFor();
  }
}
