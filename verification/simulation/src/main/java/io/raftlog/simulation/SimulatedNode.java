package io.raftlog.simulation;

import io.raftlog.LogStatus;
import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.internal.core.CoreConfig;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.entry.Member;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.replica.Replica;
import io.raftlog.internal.replica.Replica.ReplicaJournal;
import io.raftlog.internal.replica.ReplicaConfig;
import io.raftlog.internal.replica.ReplicaPorts;
import io.raftlog.internal.wire.Addressed;
import io.raftlog.internal.wire.WireCodec;
import io.raftlog.simulation.SimulatedDisk.OpenLog;
import io.raftlog.simulation.checkers.Violation;
import io.raftlog.simulation.invariants.Invariants;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A machine: a disk, a clock, and a process that can be killed, paused and started again. */
final class SimulatedNode {
  private static final int MAX_PAYLOAD_BYTES = 1 << 20;
  private static final int MAX_PRODUCERS = 10_000;

  private final World world;
  private final int number;
  private final NodeId id;
  private final List<NodeId> members;
  private final SimulatedClock clock;
  private final SeededRandom random;
  private final Map<String, Invariants> invariants;
  private SimulatedDisk disk;
  private final List<SimulatedDisk> wipedDisks = new ArrayList<>();
  private @Nullable SimulatedNetwork network;
  private @Nullable Life life;
  private int lives;
  private boolean paused;
  private boolean refused;

  SimulatedNode(World world, int number, List<NodeId> members, Map<String, Invariants> invariants) {
    this.world = world;
    this.number = number;
    this.members = members;
    this.id = members.get(number);
    this.invariants = invariants;
    this.random = world.newRandom();
    long drift = world.settings.clockDriftPpm();
    this.clock =
        new SimulatedClock(
            world.queue,
            random.chance(0.2)
                ? Long.MAX_VALUE - random.nextLong(60_000_000_000L)
                : random.nextLong(),
            drift == 0 ? 0 : random.between(-drift, drift));
    this.disk = new SimulatedDisk(world, id.value());
  }

  void connect(SimulatedNetwork to) {
    network = to;
  }

  World world() {
    return world;
  }

  int number() {
    return number;
  }

  NodeId id() {
    return id;
  }

  SimulatedDisk disk() {
    return disk;
  }

  SimulatedClock clock() {
    return clock;
  }

  /** The running process, or null. */
  @Nullable Life life() {
    return life;
  }

  boolean isPaused() {
    return paused;
  }

  /** Starts the process; what it finds on its disk may make it refuse. */
  void start() {
    if (life != null) {
      return;
    }
    paused = false;
    refused = false;
    lives++;
    Life started = new Life(lives);
    life = started;
    world.trace("start", id.value(), lives, () -> "life " + lives);
    try {
      started.open();
    } catch (NodeStartException e) {
      life = null;
      refused = true;
      started.end();
      disk.crash();
      world.counters.add("node.refusedStart");
      world.trace("refuses", id.value(), lives, () -> String.valueOf(e.getMessage()));
      Violation.unless(disk.isDamaged(), "StartsAfterCrash", () -> id + ": " + e.getMessage());
    }
  }

  /** Whether what is on the disk cannot be trusted. */
  boolean hasRefusedToStart() {
    return refused;
  }

  /** Pulls the plug. */
  void crash() {
    if (life != null) {
      life.end();
      life = null;
      world.trace("crash", id.value(), lives, () -> "");
      if (network != null) {
        network.disconnected(this);
      }
    }
    disk.crash();
  }

  /** Puts an empty disk in the place of the old one; the process must be down. */
  void wipe() {
    world.trace("wipe", id.value(), lives, () -> "");
    wipedDisks.add(disk);
    disk = new SimulatedDisk(world, id.value());
    refused = false;
  }

  /** Lets the process do nothing for a while; its clocks go on. */
  void pause(boolean pauses) {
    paused = pauses;
    world.trace(pauses ? "pause" : "resume", id.value(), lives, () -> "");
    if (!pauses && life != null) {
      life.wakeUp();
    }
  }

  /** A process, from its start to its end. */
  final class Life {
    private final int count;
    private final String session;
    private final WireCodec codec = new WireCodec();
    private final Map<String, Replica> replicas = new TreeMap<>();
    private final Map<String, ObservedReplica> observed = new TreeMap<>();
    private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
    private boolean alive = true;
    private boolean closing;
    private long nextWork = Long.MAX_VALUE;

    private Life(int count) {
      this.count = count;
      this.session = id + "#" + count;
    }

    SimulatedNode node() {
      return SimulatedNode.this;
    }

    String session() {
      return session;
    }

    boolean isAlive() {
      return alive;
    }

    Replica replica(String logId) {
      Replica replica = replicas.get(logId);
      if (replica == null) {
        throw new IllegalArgumentException("no log " + logId);
      }
      return replica;
    }

    RaftCore core(String logId) {
      ObservedReplica replica = observed.get(logId);
      if (replica == null) {
        throw new IllegalArgumentException("no log " + logId);
      }
      return replica.core();
    }

    private void open() {
      long startedMillis = clock.wallMillis();
      for (String logId : invariants.keySet()) {
        openLog(logId, startedMillis);
      }
      wakeUp();
    }

    private void openLog(String logId, long startedMillis) {
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
      Executor reads = this::readLater;
      ReplicaPorts ports =
          new ReplicaPorts(
              (to, frame) -> sendFrame(to, frame),
              storage,
              this::callBackLater,
              reads,
              clock::wallMillis,
              world.newRandom(),
              this::wakeUp);
      Replica replica =
          new Replica(config(logId, startedMillis), codec, ports, journal, clock.steadyNanos());
      replicas.put(logId, replica);
      ObservedReplica seen = new ObservedReplica(SimulatedNode.this, logId, replica, storage);
      observed.put(logId, seen);
      rules.afterStart(seen);
    }

    private Invariants rules(String logId) {
      Invariants rules = invariants.get(logId);
      if (rules == null) {
        throw new IllegalArgumentException("no log " + logId);
      }
      return rules;
    }

    private ReplicaConfig config(String logId, long startedMillis) {
      Settings.ReplicaSettings s = world.settings.replica();
      CoreConfig core =
          new CoreConfig(
              id,
              disk.incarnation(),
              members,
              s.electionTimeoutNanos(),
              s.heartbeatNanos(),
              s.maxAppendBytes(),
              s.maxFollowerBytes(),
              s.maxFollowerRequests(),
              s.maxInFlightBytes(),
              MAX_PRODUCERS);
      return new ReplicaConfig(
          logId,
          core,
          startedMillis,
          s.appendTimeoutNanos(),
          MAX_PAYLOAD_BYTES,
          s.maxBatchBytes(),
          s.maxInFlightBytes(),
          s.maxInFlightAppends(),
          s.cacheBytes(),
          s.checkpointBytes());
    }

    private void sendFrame(NodeId to, io.raftlog.spi.Frame frame) {
      SimulatedNetwork net = network;
      if (net != null) {
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
      Settings.DiskSettings settings = world.settings.disk();
      world.queue.after(
          settings.readNanos() + random.exponential(settings.readNanos()),
          () -> {
            if (alive) {
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
        if (!paused) {
          world.watch(this::work);
        }
      }
    }

    private void work() {
      long now = clock.steadyNanos();
      boolean closed = true;
      for (Map.Entry<String, Replica> entry : replicas.entrySet()) {
        Replica replica = entry.getValue();
        ObservedReplica seen = observed.get(entry.getKey());
        replica.doWork(now);
        closed &= replica.isClosed();
        if (seen != null) {
          seen.worked(replica);
        }
        if (seen != null && replica.status().role() != LogStatus.Role.FAILED) {
          // One that has stopped half-way is looked at no more: it says nothing to anybody.
          rules(entry.getKey()).afterWork(seen);
        }
        stopsOnlyForCause(replica);
      }
      if (closing && closed) {
        end();
        disk.close();
        life = null;
        world.trace("closed", id.value(), count, () -> "");
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
            () -> id + " stopped: " + status.failure().orElse("no reason"));
      }
    }

    boolean isClosing() {
      return closing;
    }

    boolean hasFailed() {
      for (Replica replica : replicas.values()) {
        if (replica.status().role() == LogStatus.Role.FAILED) {
          return true;
        }
      }
      return false;
    }

    void receive(String logId, Envelope envelope, List<ByteBuffer> body) {
      replica(logId).receive(envelope, body);
    }

    void disconnected(NodeId peer) {
      replicas.values().forEach(replica -> replica.disconnected(peer));
    }

    void beginClose() {
      closing = true;
      world.trace("closing", id.value(), count, () -> "");
      replicas.values().forEach(Replica::beginClose);
    }

    private void end() {
      alive = false;
    }
  }

  /**
   * Whether this node's disk of that incarnation has, durably, an entry and all before it; or had
   * it when it was wiped, for an acknowledgement that is still on its way counts all the same.
   */
  boolean durablyHolds(Member member, String logId, long index, long hash) {
    SimulatedDisk of = disk;
    for (SimulatedDisk wiped : wipedDisks) {
      of = wiped.incarnation().equals(member.incarnation()) ? wiped : of;
    }
    return of.incarnation().equals(member.incarnation()) && of.durable(logId).holds(index, hash);
  }
}
