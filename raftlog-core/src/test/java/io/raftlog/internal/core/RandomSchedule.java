package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.core.Disk.Entry;
import io.raftlog.internal.entry.Member;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.message.RaftMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One random run: some dozen faults and calls, then everything heals, and the cluster must find a
 * leader and commit. Disks are wiped only as long as every membership that might be in force keeps
 * a majority; beyond that nothing can be promised.
 */
final class RandomSchedule {
  private static final int[] SIZES = {3, 3, 3, 3, 5, 5, 5, 1, 2, 4};
  private static final long RECOVERY_MILLIS = 30_000;

  private final SeededRandom random;
  private final CoreCluster cluster;
  private final int actions;

  /** How often each kind of thing really happened, for the tests of this test. */
  int appended;

  int wiped;
  int swapped;

  RandomSchedule(long seed) {
    random = new SeededRandom(seed * 31 + 7);
    cluster = CoreCluster.of(SIZES[random.nextInt(SIZES.length)], random.nextLong());
    actions = (int) random.between(10, 120);
  }

  CoreCluster cluster() {
    return cluster;
  }

  void run() {
    if (random.percent(30)) {
      cluster.maxAppendBytes(250);
    }
    choosePace();
    for (NodeId id : cluster.ids()) {
      if (random.percent(90)) {
        cluster.restart(id.value());
      }
      if (random.percent(20)) {
        cluster.run(random.nextLong(800));
      }
    }
    for (int i = 0; i < actions; i++) {
      cluster.run(random.percent(80) ? random.nextLong(150) : random.nextLong(1500));
      if (random.percent(20)) {
        // Faults that only pile up leave no leader to get into trouble.
        breathe();
      }
      act();
      append();
    }
    recover();
  }

  /** How fast, and how unruly, network, disks and shells are in this run. */
  private void choosePace() {
    long[] delays = {1, 1, 5, 5, 30, 30, 150, 400};
    long max = delays[random.nextInt(delays.length)];
    cluster.network().delayMicros(50, Math.max(100, max * 1000));
    cluster.network().reorder(random.percent(50));
    cluster.network().duplication(random.percent(30) ? 10 : 0);
    cluster.network().loss(new int[] {0, 0, 0, 1, 5, 20}[random.nextInt(6)]);
    cluster.diskMillis(0, new long[] {1, 1, 10, 10, 100, 600}[random.nextInt(6)]);
    cluster.flushLagMicros(random.percent(50) ? 0 : 500);
    cluster.keepTail(new int[] {1, 5, 1_000_000}[random.nextInt(3)]);
  }

  private void act() {
    String id = random.pick(cluster.ids()).value();
    Server server = random.pick(cluster.everybody().stream().toList());
    Server current = cluster.server(id);
    switch (random.nextInt(27)) {
      case 0, 1, 2, 3, 4 -> append();
      case 5 -> running().forEach(Server::read);
      case 6 -> crash(current);
      case 7, 8 -> restart(id);
      case 9 -> partition(id);
      case 10, 11 -> cluster.network().heal();
      case 12 -> stall(current);
      case 13 -> running().forEach(s -> s.disk().resume());
      case 14 -> holdBack(id);
      case 15 -> cluster.network().release(cluster.nanos());
      case 16, 17 -> wipe(current);
      case 18 -> swapIn(server);
      case 19 -> runBesides(server);
      case 20 -> running().forEach(Server::transferLeadership);
      case 21 -> current.jumpClock(CoreCluster.millis(random.nextLong(1500)));
      case 22 -> disconnect();
      case 23, 24 -> usurp();
      case 25 -> forget(id);
      default -> choosePace();
    }
  }

  /** Mends what is broken and lets the cluster work for a while. */
  private void breathe() {
    cluster.network().heal();
    cluster.ids().forEach(id -> restart(id.value()));
    running().forEach(s -> s.disk().resume());
    cluster.run(random.between(100, 2_000));
    append();
    running().forEach(Server::read);
  }

  private List<Server> running() {
    return cluster.running();
  }

  private void append() {
    for (Server server : running()) {
      for (int i = random.nextInt(8); i > 0 && server.leads(); i--) {
        if (server.append((int) random.between(60, 400)) > 0) {
          appended++;
        }
      }
    }
  }

  private void crash(Server server) {
    if (server.isUp()) {
      server.crash(random.nextInt(server.disk().pendingWrites() + 1));
    }
  }

  private void restart(String id) {
    if (!cluster.server(id).isUp() && random.percent(80)) {
      cluster.restart(id);
    }
  }

  private void partition(String id) {
    String other = random.pick(cluster.ids()).value();
    switch (random.nextInt(4)) {
      case 0 -> cluster.isolate(id);
      case 1 -> cluster.network().cut(id, other);
      case 2 -> cluster.network().cutBoth(id, other);
      default -> {
        Set<String> side = new HashSet<>();
        cluster.ids().stream().filter(n -> random.percent(50)).forEach(n -> side.add(n.value()));
        cluster.partition(side);
      }
    }
  }

  private void stall(Server server) {
    if (server.isUp()) {
      server.disk().stall();
    }
  }

  /** Messages that are held back may show up terms later. */
  private void holdBack(String id) {
    RaftMessage.Kind kind = random.pick(List.of(RaftMessage.Kind.values()));
    boolean byKind = random.percent(50);
    cluster.network().hold(e -> byKind ? e.message().kind() == kind : e.from().value().equals(id));
  }

  /** The leader is cut off, and the others are told; it may believe in itself for a while. */
  private void usurp() {
    Server old = cluster.leader();
    if (old != null) {
      cluster.isolate(old.id().value());
      running().stream().filter(s -> s != old).forEach(s -> s.disconnected(old.id()));
      cluster.run(random.between(50, 450));
      append();
      cluster.run(random.nextLong(60));
      running().forEach(Server::read);
    }
  }

  /**
   * A node misses something; then one of those that have it loses its disk, and the leader fails.
   */
  private void forget(String lagging) {
    Server leader = cluster.leader();
    if (leader != null) {
      cluster.isolate(lagging);
      cluster.run(random.nextLong(200));
      append();
      cluster.run(random.nextLong(50));
      cluster.network().heal();
      wipe(cluster.server(random.pick(cluster.ids()).value()));
      crash(leader);
      cluster.run(random.nextLong(1500));
    }
  }

  private void disconnect() {
    for (Server server : running()) {
      server.disconnected(random.pick(cluster.ids()));
    }
  }

  // ---- wiped disks

  private void wipe(Server server) {
    if (mayLose(server.id())) {
      cluster.wipe(server.id().value());
      wiped++;
    }
  }

  /** An earlier disk of the node is put back in. */
  private void swapIn(Server server) {
    if (isAlternative(server) && mayLose(server.id())) {
      cluster.swapIn(server);
      swapped++;
    }
  }

  /** Somebody starts a copy of the node on its earlier disk, while it runs. */
  private void runBesides(Server server) {
    if (isAlternative(server) && mayLose(server.id())) {
      cluster.runBesides(server);
      swapped++;
    }
  }

  private boolean isAlternative(Server server) {
    return !server.isUp() && server != cluster.server(server.id().value());
  }

  /** Whether all would still be well if the node had neither of its disks. */
  private boolean mayLose(NodeId id) {
    Set<Member> present = new HashSet<>();
    for (NodeId other : cluster.ids()) {
      if (!other.equals(id) && cluster.isAlone(other)) {
        present.add(cluster.server(other.value()).member());
      }
    }
    List<Membership> memberships = cluster.checks().possibleMemberships();
    running().forEach(s -> aboutToReadmit(s, memberships));
    for (NodeId other : cluster.ids()) {
      Server server = cluster.server(other.value());
      inForce(server.log(), server.commitIndex(), memberships);
      inForce(server.disk().log(), server.disk().commitIndex(), memberships);
    }
    return cluster.checks().committedMembership() != null
        && memberships.stream()
            .allMatch(m -> m.quorumMatch(member -> present.contains(member) ? 1 : 0) == 1);
  }

  /** A leader may be about to re-admit a server that was there a moment ago. */
  private static void aboutToReadmit(Server server, List<Membership> to) {
    Membership membership = server.core().membership();
    if (membership != null && server.core().role() instanceof Leader leader) {
      for (FollowerProgress p : leader.tracker.followers()) {
        if (!membership.contains(p.member())) {
          to.add(membership.readmitting(p.node(), p.member().incarnation()));
        }
      }
    }
  }

  /** The newest committed membership and those after it. */
  private static void inForce(List<Entry> log, long commitIndex, List<Membership> to) {
    for (int i = log.size() - 1; i >= 0; i--) {
      Membership membership = log.get(i).extent().membership();
      if (membership != null) {
        to.add(membership);
        if (i < commitIndex) {
          return;
        }
      }
    }
  }

  // ---- the end

  private void recover() {
    cluster.network().heal();
    cluster.network().duplication(0);
    cluster.network().reorder(false);
    cluster.network().delayMillis(1, 2);
    cluster.network().release(cluster.nanos());
    cluster.diskMillis(0, 2);
    for (NodeId id : cluster.ids()) {
      Server server = cluster.server(id.value());
      cluster.keepOnly(server);
      server.disk().resume();
      if (!server.isUp()) {
        server.start();
      }
    }
    if (!cluster.runUntil(this::isWell, RECOVERY_MILLIS)) {
      throw new AssertionError("not well after " + RECOVERY_MILLIS + " ms: " + state());
    }
    cluster.run(2 * CoreCluster.ELECTION_TIMEOUT_MILLIS);
    Server leader = cluster.awaitLeader();
    long index = leader.append(100);
    if (index < 0 || !cluster.runUntil(() -> leader.commitIndex() >= index, 1000)) {
      throw new AssertionError("cannot append: " + index + " " + state());
    }
    cluster.settle();
    cluster.run(2 * CoreCluster.ELECTION_TIMEOUT_MILLIS);
    for (Server server : running()) {
      if (server.pendingReads() > 0) {
        throw new AssertionError(server + " has reads that hang");
      }
      if (cluster.leader() != leader) {
        throw new AssertionError("a healthy leader was deposed: " + leader);
      }
    }
  }

  /** One leader, and everybody votes and has everything. */
  private boolean isWell() {
    Server leader = cluster.leader();
    return leader != null
        && running().stream()
            .allMatch(
                s ->
                    s.core().standing() == Standing.VOTER
                        && s.core().term() == leader.core().term()
                        && s.commitIndex() == leader.log().size());
  }

  private List<String> state() {
    List<String> lines = new ArrayList<>();
    for (Server server : running()) {
      RaftCore core = server.core();
      lines.add(
          "\n%s term=%d %s last=%d@%d commit=%d %s"
              .formatted(
                  server.member(),
                  core.term(),
                  core.role().kind() + "/" + core.standing(),
                  server.log().size(),
                  core.termAt(server.log().size()),
                  server.commitIndex(),
                  core.membership()));
    }
    return lines;
  }
}
