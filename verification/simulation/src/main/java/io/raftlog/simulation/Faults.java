package io.raftlog.simulation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Breaks things for a while, and repairs most of them again. */
final class Faults {
  private static final long SECOND = 1_000_000_000L;

  /** How often others are cut off so that a certain node may lead. */
  private static final int MAX_TRIES = 12;

  private final World world;
  private final Cluster cluster;
  private final SeededRandom random;

  /** Draws which node is struck, and how often that is a leader: there it hurts most. */
  private final SeededRandom victims;

  private final double leaderShare;
  private final Set<Fault> kinds = EnumSet.noneOf(Fault.class);
  private final long meanIntervalNanos;
  private final boolean waitsForFormation;
  private boolean ended;

  Faults(World world, Cluster cluster) {
    this.world = world;
    this.cluster = cluster;
    this.random = world.newRandom();
    this.victims = world.randomAside(2);
    this.leaderShare = victims.chance(0.3) ? 0 : victims.nextDouble();
    double share = random.chance(0.1) ? 0 : random.chance(0.2) ? 1 : random.nextDouble();
    for (Fault kind : Fault.values()) {
      if (random.chance(share)) {
        kinds.add(kind);
      }
    }
    meanIntervalNanos = random.logUniform(SECOND / 20, 10 * SECOND);
    waitsForFormation = random.chance(0.7);
  }

  boolean isCalm() {
    return kinds.isEmpty();
  }

  void start() {
    if (!kinds.isEmpty()) {
      again();
    }
    if (!waitsForFormation && kinds.contains(Fault.HUNG_DISK)) {
      crashWhileForming();
    } else if (!waitsForFormation && kinds.contains(Fault.CRASH_AT_VOTE)) {
      strike(Fault.CRASH_AT_VOTE);
    }
    supervise();
  }

  /** Nothing breaks and nothing is repaired any more; but something must have broken. */
  void end() {
    if (!isCalm() && world.counters.sum("fault.") == 0) {
      world.watch(() -> strike(Fault.CRASH));
    }
    ended = true;
  }

  /** A cluster is formed within moments: whoever wants to disturb that must be quick. */
  private void again() {
    long mean = isForming() ? Math.min(meanIntervalNanos, SECOND / 20) : meanIntervalNanos;
    world.queue.after(random.exponential(mean), () -> world.watch(this::strike));
  }

  private boolean isForming() {
    return !waitsForFormation && !cluster.isFormed();
  }

  private void strike() {
    if (ended) {
      return;
    }
    if (!waitsForFormation || cluster.isFormed()) {
      strike(random.pick(List.copyOf(kinds)));
    }
    again();
  }

  private void strike(Fault kind) {
    SimulatedNode node = victim();
    world.trace("fault", node.id().value(), List.of(Fault.values()).indexOf(kind), kind::name);
    boolean struck =
        switch (kind) {
          case CRASH -> crash(node);
          case CRASH_AFTER_SYNC -> crashAfterSync(node);
          case POWER_FAILURE -> powerFailure();
          case RESTART_IN_ORDER -> restartInOrder(node);
          case PAUSE -> pause(node);
          case ISOLATE, SPLIT, ONE_WAY, PARTIAL, RING, BRIDGE, FLAP -> partition(kind, node);
          case SLOW_NETWORK -> slowNetwork();
          case SLOW_DISK -> slowDisk(node);
          case HUNG_DISK -> hangDisk(node);
          case SYNC_FAILS, DISK_FULL -> failDisk(node, kind);
          case BIT_FLIP -> flipBit(node);
          case WIPE -> wipe(node);
          case WALL_CLOCK_JUMP -> jump(node);
          case DEPOSE -> depose();
          case CRASH_AT_VOTE -> crashAtVote();
        };
    if (struck) {
      world.counters.add("fault." + kind);
    }
  }

  private SimulatedNode victim() {
    SimulatedNode any = random.pick(cluster.nodes());
    if (!victims.chance(leaderShare)) {
      return any;
    }
    List<SimulatedNode> leaders = cluster.nodes().stream().filter(Faults::leads).toList();
    return leaders.isEmpty() ? any : victims.pick(leaders);
  }

  private static boolean leads(SimulatedNode node) {
    Life life = node.life();
    return life != null && life.leads();
  }

  private long duration() {
    return random.logUniform(SECOND / 1_000, isForming() ? SECOND / 2 : 10 * SECOND);
  }

  private void later(Runnable repair) {
    unlessEnded(duration(), repair);
  }

  private boolean crash(SimulatedNode node) {
    if (node.life() == null) {
      return false;
    }
    node.crash();
    later(node::start);
    return true;
  }

  /** Just then it has promised something, or is about to. */
  private boolean crashAfterSync(SimulatedNode node) {
    Life life = node.life();
    if (life == null) {
      return false;
    }
    node.disk()
        .afterSyncs(
            (int) random.between(1, 5),
            () -> {
              if (node.life() == life && !ended) {
                crash(node);
              }
            });
    return true;
  }

  private boolean powerFailure() {
    for (SimulatedNode node : cluster.nodes()) {
      node.crash();
    }
    for (SimulatedNode node : cluster.nodes()) {
      later(node::start);
    }
    return true;
  }

  private boolean restartInOrder(SimulatedNode node) {
    Life life = node.life();
    if (life == null) {
      return false;
    }
    life.beginClose();
    later(node::start);
    return true;
  }

  private boolean pause(SimulatedNode node) {
    if (node.life() == null || node.isPaused()) {
      return false;
    }
    node.pause(true);
    later(() -> node.pause(false));
    return true;
  }

  private boolean partition(Fault kind, SimulatedNode node) {
    int nodes = cluster.nodes().size();
    if (nodes < 2) {
      return false;
    }
    Links links = cluster.network().links();
    links.healAll();
    int one = node.number();
    int other = (one + 1 + random.nextInt(nodes - 1)) % nodes;
    long sides = random.nextLong();
    switch (kind) {
      case ISOLATE -> links.cutWhere((from, to) -> from == one || to == one);
      case SPLIT -> links.cutWhere((from, to) -> side(sides, from) != side(sides, to));
      case ONE_WAY -> links.cutWhere((from, to) -> from == one && side(sides, to));
      case PARTIAL -> links.cutBothWays(one, other);
      case RING -> links.cutWhere((a, b) -> (a + 1) % nodes != b && (b + 1) % nodes != a);
      case BRIDGE ->
          links.cutWhere(
              (from, to) -> from != one && to != one && side(sides, from) != side(sides, to));
      default -> flap(one, other, (int) random.between(3, 30));
    }
    later(links::healAll);
    return true;
  }

  /**
   * A leader is cut off, with what was appended there, until there should be another. It may be
   * paused for that long, with answers waiting that came before it was cut off.
   */
  private boolean depose() {
    List<SimulatedNode> leaders = cluster.nodes().stream().filter(Faults::leads).toList();
    int nodes = cluster.nodes().size();
    if (leaders.isEmpty() || nodes < 3) {
      return false;
    }
    SimulatedNode leader = random.pick(leaders);
    if (victims.chance(0.4)) {
      reinstate(leader);
      return true;
    }
    int number = leader.number();
    Links links = cluster.network().links();
    links.healAll();
    long timeout = world.settings.replica().electionTimeoutNanos();
    boolean pauses = random.chance(0.5) && !leader.isPaused();
    if (pauses) {
      leader.pause(true);
    }
    long cutAfter = pauses ? random.nextLong(timeout / 4) : 0;
    unlessEnded(cutAfter, () -> links.cutWhere((from, to) -> from == number || to == number));
    long newLeaderAfter = cutAfter + timeout * random.between(1, 5);
    if (pauses) {
      unlessEnded(newLeaderAfter, () -> leader.pause(false));
    }
    unlessEnded(newLeaderAfter + random.nextLong(timeout), links::healAll);
    return true;
  }

  /**
   * A leader is deposed and becomes leader again. Then it is cut off, and hears once more what it
   * had been told the first time.
   */
  private void reinstate(SimulatedNode leader) {
    SimulatedNetwork network = cluster.network();
    Settings.ReplicaSettings settings = world.settings.replica();
    network.links().healAll();
    network.record(leader);
    unlessEnded(
        settings.heartbeatNanos() * random.between(1, 20),
        () -> {
          network.record(null);
          cutOff(leader);
          unlessEnded(2 * settings.electionTimeoutNanos(), () -> campaignFor(leader, MAX_TRIES));
        });
  }

  private void campaignFor(SimulatedNode wanted, int tries) {
    SimulatedNetwork network = cluster.network();
    long timeout = world.settings.replica().electionTimeoutNanos();
    network.links().healAll();
    if (leads(wanted)) {
      world.counters.add("fault.REINSTATED");
      cutOff(wanted);
      for (int quarters = 2; quarters <= 6; quarters++) {
        unlessEnded(quarters * timeout / 4, network::replay);
      }
      unlessEnded(3 * timeout, network.links()::healAll);
    } else if (tries > 0) {
      cluster.nodes().stream().filter(Faults::leads).forEach(this::cutOff);
      unlessEnded(timeout * 3 / 2, () -> campaignFor(wanted, tries - 1));
    }
  }

  private void cutOff(SimulatedNode node) {
    int number = node.number();
    cluster.network().links().cutWhere((from, to) -> from == number || to == number);
  }

  /** Whoever votes or is elected next, wherever, goes down at once and is soon back. */
  private boolean crashAtVote() {
    Settings settings = world.settings;
    long moment = settings.network().delayNanos() + settings.disk().syncNanos();
    world.atNextMilestone(
        (id, leads) -> {
          SimulatedNode node = node(id);
          Life life = node.life();
          unlessEnded(
              random.nextLong(2 * moment),
              () -> {
                if (life != null && life == node.life()) {
                  node.crash();
                  unlessEnded(random.logUniform(SECOND / 1_000, SECOND / 5), node::start);
                }
              });
        });
    return true;
  }

  /**
   * The first leader's disk hangs, so that what it forms is not durable; then it goes down. No
   * entry gets through meanwhile.
   */
  private void crashWhileForming() {
    world.atNextMilestone(
        (id, leads) -> {
          if (ended) {
            return;
          }
          if (!leads) {
            crashWhileForming();
            return;
          }
          world.counters.add("fault.CRASH_WHILE_FORMING");
          SimulatedNode node = node(id);
          node.disk().hang(true);
          Links links = cluster.network().links();
          cluster.nodes().forEach(other -> links.starve(other.number()));
          long heartbeat = world.settings.replica().heartbeatNanos();
          long after = random.nextLong(3 * heartbeat);
          unlessEnded(after, () -> crash(node));
          world.queue.after(after, links::feedAll);
        });
  }

  private SimulatedNode node(String id) {
    return cluster.nodes().stream()
        .filter(n -> n.id().value().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private void unlessEnded(long afterNanos, Runnable action) {
    world.queue.after(
        afterNanos,
        () -> {
          if (!ended) {
            world.watch(action);
          }
        });
  }

  private static boolean side(long sides, int node) {
    return (sides >> node & 1) != 0;
  }

  private void flap(int one, int other, int times) {
    Links links = cluster.network().links();
    if (ended) {
      return;
    }
    if (times % 2 == 0) {
      links.heal(one, other);
    } else {
      links.cutBothWays(one, other);
    }
    if (times > 0) {
      world.queue.after(
          random.exponential(world.settings.replica().electionTimeoutNanos()),
          () -> flap(one, other, times - 1));
    }
  }

  private boolean slowNetwork() {
    cluster.network().slowDown(random.logUniform(2, 100));
    later(() -> cluster.network().slowDown(1));
    return true;
  }

  private boolean slowDisk(SimulatedNode node) {
    node.disk().slowDown(random.logUniform(2, 200));
    SimulatedDisk disk = node.disk();
    later(() -> disk.slowDown(1));
    return true;
  }

  private boolean hangDisk(SimulatedNode node) {
    SimulatedDisk disk = node.disk();
    disk.hang(true);
    later(() -> disk.hang(false));
    return true;
  }

  private boolean failDisk(SimulatedNode node, Fault kind) {
    if (node.life() == null || node.disk().isFailed()) {
      return false;
    }
    node.disk().failNext(kind);
    return true;
  }

  private boolean flipBit(SimulatedNode node) {
    if (!cluster.mayLoseAnother() || !cluster.whole().contains(node)) {
      return false;
    }
    List<String> logs = new ArrayList<>(cluster.invariants().keySet());
    boolean flipped = node.disk().flipBit(random.pick(logs));
    if (flipped) {
      cluster.hasLost(node);
      if (random.chance(0.5)) {
        // It is noticed, or not, when the node starts again.
        crash(node);
      }
    }
    return flipped;
  }

  private boolean wipe(SimulatedNode node) {
    if (!cluster.mayLoseAnother() || !cluster.whole().contains(node)) {
      return false;
    }
    node.crash();
    node.wipe();
    cluster.hasLost(node);
    later(node::start);
    return true;
  }

  private boolean jump(SimulatedNode node) {
    node.clock().jumpWallClock(random.between(-100_000, 100_000));
    return true;
  }

  /** The operator: starts failed replicas again, and empties disks that no replica starts from. */
  private void supervise() {
    world.queue.after(
        SECOND + random.exponential(2 * SECOND),
        () -> {
          if (!ended) {
            world.watch(() -> cluster.nodes().forEach(this::repair));
            supervise();
          }
        });
  }

  private void repair(SimulatedNode node) {
    Life life = node.life();
    if (life != null && life.hasFailed()) {
      node.crash();
      later(node::start);
    } else if (life == null && node.hasRefusedToStart()) {
      node.wipe();
      later(node::start);
    }
  }
}
