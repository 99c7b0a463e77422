package io.raftlog.simulation;

import io.raftlog.LogStatus;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.simulation.checkers.RecordKey;
import io.raftlog.simulation.checkers.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * Liveness: when a majority is well again and the rest stays as it is, the majority has one leader,
 * takes in appends on every node, agrees, and leaves nobody waiting; all within bounded time.
 */
final class Recuperation {
  private static final String RULE = "Liveness";
  private static final long SECOND = 1_000_000_000L;

  /** What a backlog may take, in tiny batches from a slow disk. */
  private static final long CATCH_UP_NANOS = 300 * SECOND;

  /**
   * What one entry of a backlog may take. A follower whose next entries are no longer in memory is
   * sent one request at a time, which may have room for one entry.
   */
  private static final long ENTRY_NANOS = SECOND / 20;

  private final World world;
  private final Cluster cluster;
  private final List<LogClients> clients;
  private final SeededRandom random;
  private List<SimulatedNode> core = List.of();

  Recuperation(World world, Cluster cluster, List<LogClients> clients) {
    this.world = world;
    this.cluster = cluster;
    this.clients = clients;
    this.random = world.newRandom();
  }

  /** Heals a majority, and sees that it recovers. */
  void run() {
    List<SimulatedNode> whole = new ArrayList<>(cluster.whole());
    if (!cluster.isFormed()) {
      whole = new ArrayList<>(cluster.nodes());
    }
    Violation.unless(whole.size() >= cluster.majority(), "Faults", () -> "too much was destroyed");
    int size =
        cluster.isFormed() ? (int) random.between(cluster.majority(), whole.size()) : whole.size();
    while (whole.size() > size) {
      whole.remove(random.nextInt(whole.size()));
    }
    core = whole;
    world.trace("heal", "core", size, () -> core.stream().map(SimulatedNode::id).toList() + "");
    heal();
    waitFor("a leader", bound(), this::hasLeader);
    boolean isSlow = world.settings.network().rate().isBounded();
    if (isSlow) {
      // As long as they fill a link, nobody who has fallen back can catch up over it.
      clients.forEach(LogClients::stop);
    }
    List<Probe> probes = probe();
    waitFor(
        "a probe append on each node",
        bound() + (isSlow ? CATCH_UP_NANOS : Math.min(CATCH_UP_NANOS, backlog() * ENTRY_NANOS)),
        () -> probes.stream().allMatch(Probe::isDone));
    clients.forEach(LogClients::stop);
    waitFor("agreement", CATCH_UP_NANOS, this::agrees);
    long timeout = 2 * world.settings.replica().appendTimeoutNanos() + 12 * SECOND;
    waitFor("nobody who waits", timeout, this::nobodyWaits);
    List<ReadBack> reads = readBack();
    waitFor("the whole log", CATCH_UP_NANOS, () -> reads.stream().allMatch(ReadBack::isDone));
    waitFor("subscribers at the end", CATCH_UP_NANOS, follow());
    world.counters.add("liveness.checked");
  }

  private long bound() {
    return 40 * world.settings.replica().electionTimeoutNanos() + 20 * SECOND;
  }

  /** How many committed entries the one that has the fewest of the majority lacks. */
  private long backlog() {
    long most = 0;
    for (LogClients log : clients) {
      long committed = cluster.committed(log.logId()).lastIndex();
      for (SimulatedNode node : core) {
        Life life = node.life();
        long last = life == null ? 0 : life.core(log.logId()).nextIndex() - 1;
        most = Math.max(most, committed - last);
      }
    }
    return most;
  }

  private void heal() {
    cluster.network().becomeReliable();
    for (SimulatedNode node : core) {
      for (SimulatedNode other : core) {
        cluster.network().links().heal(node.number(), other.number());
      }
      node.disk().hang(false);
      node.disk().slowDown(1);
      Life life = node.life();
      if (life != null && (life.hasFailed() || node.disk().isFailed() || life.isClosing())) {
        node.crash();
      }
      if (node.hasRefusedToStart()) {
        node.wipe();
      }
      node.start();
      if (node.isPaused()) {
        node.pause(false);
      }
    }
    cluster.nodes().stream().filter(node -> !core.contains(node)).forEach(this::leaveAsItIs);
  }

  /**
   * A node of the rest stays what it is, dead, paused or well, but it is connected to all of the
   * majority in the same way: a leader that only some can hear may rightly go on leading.
   */
  private void leaveAsItIs(SimulatedNode node) {
    Links links = cluster.network().links();
    boolean hears = random.chance(0.5);
    boolean isHeard = random.chance(0.5);
    for (SimulatedNode well : core) {
      links.heal(node.number(), well.number());
      if (!hears) {
        links.cut(well.number(), node.number());
      }
      if (!isHeard) {
        links.cut(node.number(), well.number());
      }
    }
  }

  private interface Condition {
    boolean holds();
  }

  private void waitFor(String what, long boundNanos, Condition condition) {
    long deadline = world.now() + boundNanos;
    while (!condition.holds()) {
      Violation.unless(
          world.now() < deadline,
          RULE,
          () -> "after " + boundNanos / SECOND + " s there is not " + what + ": " + describe());
      world.queue.runUntil(world.now() + SECOND / 10);
      world.check();
    }
  }

  /** Anywhere: a well node outside of the core may go on leading it. */
  private boolean hasLeader() {
    return clients.stream().allMatch(log -> cluster.nodes().stream().anyMatch(n -> leads(n, log)));
  }

  private static boolean leads(SimulatedNode node, LogClients log) {
    Life life = node.life();
    return life != null && life.replica(log.logId()).status().role() == LogStatus.Role.LEADER;
  }

  private List<Probe> probe() {
    List<Probe> probes = new ArrayList<>();
    for (LogClients log : clients) {
      for (SimulatedNode node : core) {
        Life life = node.life();
        if (life != null) {
          RecordKey key = new RecordKey("probe-" + node.id(), 0, 0);
          probes.add(new Probe(world, log, life, key));
        }
      }
    }
    probes.forEach(Probe::call);
    return probes;
  }

  private List<ReadBack> readBack() {
    List<ReadBack> reads = new ArrayList<>();
    for (LogClients log : clients) {
      for (SimulatedNode node : core) {
        Life life = node.life();
        if (life != null) {
          reads.add(new ReadBack(world, log, life));
        }
      }
    }
    reads.forEach(ReadBack::read);
    return reads;
  }

  /** Everybody who subscribes on the majority gets everything. */
  private Condition follow() {
    List<Life> lives = new ArrayList<>();
    for (SimulatedNode node : core) {
      Life life = node.life();
      if (life != null) {
        lives.add(life);
      }
    }
    clients.forEach(log -> log.followToTheEnd(random, lives));
    return () ->
        clients.stream()
            .allMatch(
                log -> log.haveFollowedTo(lives.get(0).replica(log.logId()).reader().endOffset()));
  }

  private boolean agrees() {
    for (LogClients log : clients) {
      long commit = -1;
      for (SimulatedNode node : core) {
        Life life = node.life();
        if (life == null) {
          return false;
        }
        RaftCore raft = life.core(log.logId());
        if (commit >= 0 && raft.commitIndex() != commit) {
          return false;
        }
        commit = raft.commitIndex();
      }
      if (commit != cluster.committed(log.logId()).lastIndex()) {
        return false;
      }
    }
    return true;
  }

  private boolean nobodyWaits() {
    for (SimulatedNode node : core) {
      Life life = node.life();
      if (life != null && clients.stream().anyMatch(log -> log.waitsFor(life))) {
        return false;
      }
    }
    return true;
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    for (SimulatedNode node : cluster.nodes()) {
      Life life = node.life();
      text.append(node.id()).append(core.contains(node) ? " (core)" : "").append(' ');
      for (LogClients log : clients) {
        if (life != null) {
          text.append(life.replica(log.logId()).status()).append(" commit ");
          text.append(life.core(log.logId()).commitIndex()).append("; ");
        }
      }
    }
    return text.toString();
  }
}
