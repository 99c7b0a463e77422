package io.raftlog.simulation;

import io.raftlog.LogStatus;
import io.raftlog.NodeClosedException;
import io.raftlog.NodeId;
import io.raftlog.internal.core.CoreConfig;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.replica.Callbacks;
import io.raftlog.internal.replica.Replica;
import io.raftlog.internal.replica.Replica.ReplicaJournal;
import io.raftlog.internal.replica.ReplicaConfig;
import io.raftlog.internal.replica.ReplicaPorts;
import io.raftlog.internal.subscription.Subscriptions;
import io.raftlog.internal.wire.Addressed;
import io.raftlog.internal.wire.WireCodec;
import io.raftlog.simulation.SimulatedDisk.OpenLog;
import io.raftlog.simulation.checkers.Violation;
import io.raftlog.simulation.invariants.Invariants;
import io.raftlog.spi.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A process on a node, from its start to its end. */
final class Life {
  private static final int MAX_PAYLOAD_BYTES = 1 << 20;
  private static final int MAX_WAITING_READS = 1_000;

  private final World world;
  private final SimulatedNode node;
  private final SimulatedDisk disk;
  private final SimulatedClock clock;
  private final SeededRandom random;
  private final String session;
  private final WireCodec codec = new WireCodec();
  private final Map<String, Replica> replicas = new TreeMap<>();
  private final Map<String, ObservedReplica> observed = new TreeMap<>();
  private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
  private final SimulatedDeliveries deliveries;
  private final Subscriptions subscriptions;
  private final List<Runnable> reads = new ArrayList<>();
  private boolean alive = true;
  private boolean closing;
  private long nextWork = Long.MAX_VALUE;

  Life(World world, SimulatedNode node, int count) {
    this.world = world;
    this.node = node;
    this.disk = node.disk();
    this.clock = node.clock();
    this.random = world.newRandom();
    this.session = node.id() + "#" + count;
    this.deliveries = new SimulatedDeliveries(world, this, world.randomAside(session.hashCode()));
    this.subscriptions = new Subscriptions(deliveries);
  }

  SimulatedNode node() {
    return node;
  }

  String session() {
    return session;
  }

  boolean isAlive() {
    return alive;
  }

  /** What is subscribed to on this node. */
  Subscriptions subscriptions() {
    return subscriptions;
  }

  Replica replica(String logId) {
    Replica replica = replicas.get(logId);
    if (replica == null) {
      throw new IllegalArgumentException("no log " + logId);
    }
    return replica;
  }

  RaftCore core(String logId) {
    return observed(logId).core();
  }

  private ObservedReplica observed(String logId) {
    ObservedReplica replica = observed.get(logId);
    if (replica == null) {
      throw new IllegalArgumentException("no log " + logId);
    }
    return replica;
  }

  void open() {
    for (String logId : node.invariants().keySet()) {
      openLog(logId);
    }
    wakeUp();
  }

  private void openLog(String logId) {
    ReplicaJournal journal = new ReplicaJournal(this::wakeUp);
    Invariants rules = rules(logId);
    OpenLog storage =
        disk.open(
            logId,
            journal.listener(),
            (log, write) -> {
              ObservedReplica replica = observed.get(logId);
              if (replica != null) {
                rules.onWrite(replica, write);
              }
            });
    ReplicaPorts ports =
        new ReplicaPorts(
            this::sendFrame,
            storage,
            Callbacks.onOneThread(this::callBackLater),
            this::readLater,
            clock::wallMillis,
            world.newReplicaRandom(),
            this::wakeUp);
    Replica replica = new Replica(config(logId), codec, ports, journal, clock.steadyNanos());
    replicas.put(logId, replica);
    ObservedReplica seen = new ObservedReplica(node, logId, replica, storage);
    observed.put(logId, seen);
    rules.afterStart(seen);
  }

  /** The process' steady clock. */
  long nowNanos() {
    return clock.steadyNanos();
  }

  private Invariants rules(String logId) {
    Invariants rules = node.invariants().get(logId);
    if (rules == null) {
      throw new IllegalArgumentException("no log " + logId);
    }
    return rules;
  }

  private ReplicaConfig config(String logId) {
    Settings.ReplicaSettings s = world.settings.replica();
    CoreConfig core =
        new CoreConfig(
            node.id(),
            disk.incarnation(),
            node.members(),
            s.electionTimeoutNanos(),
            s.heartbeatNanos(),
            s.maxAppendBytes(),
            s.maxFollowerBytes(),
            s.maxFollowerRequests(),
            s.maxInFlightBytes(),
            s.log());
    return new ReplicaConfig(
        logId,
        core,
        random.nextLong() >>> 1,
        s.appendTimeoutNanos(),
        MAX_PAYLOAD_BYTES,
        s.maxBatchBytes(),
        s.maxInFlightBytes(),
        s.maxInFlightAppends(),
        MAX_WAITING_READS,
        s.cacheBytes(),
        s.checkpointBytes());
  }

  private void sendFrame(NodeId to, Frame frame) {
    SimulatedNetwork net = node.network();
    if (net != null && alive) {
      world.watch(() -> net.send(this, to, frame));
    }
  }

  void observeSend(Addressed addressed) {
    ObservedReplica sender = observed.get(addressed.logId());
    if (sender != null) {
      Violation.unless(
          replica(addressed.logId()).status().role() != LogStatus.Role.FAILED,
          "SilentAfterFailure",
          () -> sender.name() + " sends " + addressed.envelope().message());
      rules(addressed.logId()).onSend(sender, addressed.envelope());
    }
  }

  private void readLater(Runnable task) {
    reads.add(task);
    Settings.DiskSettings settings = world.settings.disk();
    world.queue.after(
        settings.readNanos() + random.exponential(settings.readNanos()),
        () -> {
          if (alive && reads.remove(task)) {
            world.watch(task);
          }
        });
  }

  /** One thread's executor: in order, one at a time. */
  private void callBackLater(Runnable task) {
    callbacks.add(task);
    world.queue.after(
        random.nextLong(200_000),
        () -> {
          Runnable next = callbacks.poll();
          if (alive && next != null) {
            world.watch(next);
          }
        });
  }

  void wakeUp() {
    scheduleWork(world.now() + 1_000 + random.nextLong(20_000));
  }

  private void scheduleWork(long at) {
    if (alive && at < nextWork) {
      nextWork = at;
      world.queue.at(at, () -> workIfDue(at));
    }
  }

  private void workIfDue(long at) {
    if (alive && at == nextWork) {
      nextWork = Long.MAX_VALUE;
      if (!node.isPaused()) {
        world.watch(this::work);
      }
    }
  }

  private void work() {
    long now = clock.steadyNanos();
    boolean closed = true;
    for (Map.Entry<String, Replica> entry : replicas.entrySet()) {
      Replica replica = entry.getValue();
      ObservedReplica seen = observed(entry.getKey());
      boolean told = seen.storageHasFailed();
      replica.doWork(now);
      closed &= replica.isClosed();
      seen.worked(replica);
      if (replica.status().role() != LogStatus.Role.FAILED) {
        // One that has stopped half-way is looked at no more: it says nothing to anybody.
        rules(entry.getKey()).afterWork(seen);
      }
      stopsOnlyForCause(replica);
      stopsAtFailure(replica, told);
    }
    if (closing && closed) {
      close();
      return;
    }
    long next = Long.MAX_VALUE;
    for (Replica replica : replicas.values()) {
      next = Math.min(next, replica.nextDeadlineNanos(now) - now);
    }
    scheduleWork(Math.max(world.now() + 1_000, clock.virtualAt(now + next)));
  }

  private void stopsOnlyForCause(Replica replica) {
    LogStatus status = replica.status();
    if (status.role() == LogStatus.Role.FAILED) {
      Violation.unless(
          disk.isDamaged(),
          "StopsOnlyForCause",
          () -> node.id() + " stopped: " + status.failure().orElse("no reason"));
    }
  }

  private void stopsAtFailure(Replica replica, boolean toldBefore) {
    Violation.unless(
        !toldBefore || replica.isClosed(),
        "StopsWhenTheDiskFails",
        () -> node.id() + " goes on after its disk has failed");
  }

  boolean isClosing() {
    return closing;
  }

  /** Whether it leads one of the logs, as far as it knows. */
  boolean leads() {
    return replicas.values().stream().anyMatch(r -> r.status().role() == LogStatus.Role.LEADER);
  }

  boolean hasFailed() {
    return replicas.values().stream().anyMatch(r -> r.status().role() == LogStatus.Role.FAILED);
  }

  void receive(String logId, Envelope envelope, List<ByteBuffer> body) {
    replica(logId).receive(envelope, body);
  }

  void disconnected(NodeId peer) {
    replicas.values().forEach(replica -> replica.disconnected(peer));
  }

  void beginClose() {
    closing = true;
    world.trace("closing", session, 0, () -> "");
    replicas.values().forEach(Replica::beginClose);
  }

  /** As a node does it: what waits for its executors is still done. */
  private void close() {
    List.copyOf(reads).forEach(world::watch);
    for (Runnable next = callbacks.poll(); next != null; next = callbacks.poll()) {
      world.watch(next);
    }
    subscriptions.close(new NodeClosedException(session + " is closed"));
    deliveries.drain();
    end();
    node.closed(this);
  }

  void end() {
    alive = false;
  }
}
