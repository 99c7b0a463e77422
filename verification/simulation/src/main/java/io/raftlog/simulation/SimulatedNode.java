package io.raftlog.simulation;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.internal.entry.Member;
import io.raftlog.simulation.checkers.Violation;
import io.raftlog.simulation.invariants.Invariants;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A machine: a disk, a clock, and a process that can be killed, paused and started again. */
final class SimulatedNode {

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
  private Consumer<Life> afterClose = closed -> {};

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

  /** Who wants to know when a process has ended in order. */
  void afterClose(Consumer<Life> listener) {
    afterClose = listener;
  }

  List<NodeId> members() {
    return members;
  }

  Map<String, Invariants> invariants() {
    return invariants;
  }

  @Nullable SimulatedNetwork network() {
    return network;
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
    Life started = new Life(world, this, lives);
    life = started;
    world.trace("start", id.value(), lives, () -> "life " + lives);
    try {
      started.open();
      Violation.unless(
          !disk.mustRefuse(), "RefusesCorruption", () -> id + " started from a corrupted disk");
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

  /** Pulls the plug; nobody is told that the connections are lost. */
  void vanish() {
    SimulatedNetwork connected = network;
    network = null;
    crash();
    network = connected;
  }

  /** Pulls the plug. */
  void crash() {
    if (life != null) {
      life.end();
      life = null;
      world.counters.add("node.crashes");
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

  /** The process has ended in order. */
  void closed(Life closed) {
    disk.close();
    life = null;
    world.trace("closed", id.value(), lives, () -> "");
    afterClose.accept(closed);
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
