package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.entry.Member;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.message.Envelope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of {@link RaftCore}s in virtual time, with disks and a network that do as they are
 * told. After every event {@link Checks} are made. Everything is determined by the seed.
 */
final class CoreCluster {
  static final UUID FORMATION = new UUID(7, 7);
  private static final LogSettings SETTINGS = new LogSettings(1000, Long.MAX_VALUE);
  static final long ELECTION_TIMEOUT_MILLIS = 500;
  static final long HEARTBEAT_MILLIS = 100;

  private static final int MAX_EVENTS_PER_INSTANT = 100_000;

  private final List<NodeId> ids = new ArrayList<>();
  private final SeededRandom random;
  private final Network network;
  private final Trace trace;
  private final Checks checks;

  /** All servers that ever were, by who they are. */
  private final Map<Member, Server> servers = new LinkedHashMap<>();

  /** By node, the servers that can be reached under its name: one, or two in a bad case. */
  private final Map<NodeId, List<Server>> at = new LinkedHashMap<>();

  private final Map<NodeId, Integer> incarnations = new HashMap<>();
  private final Map<NodeId, List<NodeId>> configured = new HashMap<>();
  private long nanos;

  private record DiskTimes(long minNanos, long maxNanos) {}

  private DiskTimes diskTimes = new DiskTimes(100_000, 100_000);

  /** Of nodes whose disks differ from the others. */
  private final Map<NodeId, DiskTimes> ownDiskTimes = new HashMap<>();

  private long maxFlushLagNanos;
  private int tailEntries = Integer.MAX_VALUE;
  private int maxAppendBytes = 1 << 20;

  private CoreCluster(int nodes, long seed) {
    random = new SeededRandom(seed);
    network = new Network(new SeededRandom(seed + 1));
    trace = new Trace(this::nanos);
    checks = new Checks(m -> servers.containsKey(m) ? servers.get(m).disk() : null);
    for (int i = 1; i <= nodes; i++) {
      ids.add(new NodeId("n" + i));
    }
  }

  // ---- making one

  /** Nodes n1, n2 … with empty disks, not started. */
  static CoreCluster of(int nodes, long seed) {
    CoreCluster cluster = new CoreCluster(nodes, seed);
    cluster.ids.forEach(cluster::addServer);
    return cluster;
  }

  static CoreCluster of(int nodes) {
    return of(nodes, 1);
  }

  /** A cluster that was formed long ago, with these logs: of each entry its term, {@code 1 1 2}. */
  static CoreCluster withLogs(String... logs) {
    return withLogs(1, logs);
  }

  static CoreCluster withLogs(long seed, String... logs) {
    CoreCluster cluster = of(logs.length, seed);
    for (int i = 0; i < logs.length; i++) {
      String[] terms = logs[i].split(" ", -1);
      cluster.preset(cluster.ids.get(i).value(), Long.parseLong(terms[terms.length - 1]), logs[i]);
    }
    return cluster;
  }

  /** Puts a log, and a current term without a vote, on a node's disk. */
  void preset(String id, long term, String terms) {
    server(id).disk().preset(new HardState(term, null, FORMATION), extents(1, terms), 0);
  }

  /** Entries of these terms; the very first one says the first membership. */
  List<Extent> extents(long fromIndex, String terms) {
    List<Extent> extents = new ArrayList<>();
    for (String term : terms.isEmpty() ? new String[0] : terms.split(" ", -1)) {
      long index = fromIndex + extents.size();
      extents.add(
          new Extent(index, Long.parseLong(term), 100, index == 1 ? firstMembership() : null));
    }
    return extents;
  }

  /** The membership of the first incarnations. */
  Membership firstMembership() {
    List<Member> voters = new ArrayList<>();
    ids.forEach(id -> voters.add(new Member(id, incarnation(id.value(), 1))));
    return new Membership(voters, List.of(), SETTINGS);
  }

  /** The storage that a node has been given as its first, second, … */
  static UUID incarnation(String id, int number) {
    return new UUID(id.hashCode(), number);
  }

  /** Before it is added or wiped: a node is configured with other members than its id's peers. */
  void configure(String id, String... members) {
    List<NodeId> list = new ArrayList<>();
    for (String member : members) {
      list.add(new NodeId(member));
    }
    configured.put(new NodeId(id), list);
    Server old = server(id);
    servers.remove(old.member());
    incarnations.merge(old.id(), -1, Integer::sum);
    addServer(old.id());
  }

  private Server addServer(NodeId id) {
    int number = incarnations.merge(id, 1, Integer::sum);
    CoreConfig config =
        new CoreConfig(
            id,
            incarnation(id.value(), number),
            configured.getOrDefault(id, ids),
            millis(ELECTION_TIMEOUT_MILLIS),
            millis(HEARTBEAT_MILLIS),
            maxAppendBytes,
            16 << 20,
            64,
            64 << 20,
            SETTINGS);
    // Clocks that are near their overflow show comparisons that should be differences.
    long clockOffset = Long.MAX_VALUE - random.nextLong(millis(20_000));
    Server server = new Server(this, config, new SeededRandom(random.nextLong()), clockOffset);
    servers.put(server.member(), server);
    at.put(id, new ArrayList<>(List.of(server)));
    return server;
  }

  CoreCluster start() {
    ids.forEach(id -> at.get(id).get(0).start());
    return this;
  }

  void diskMillis(long min, long max) {
    diskTimes = new DiskTimes(millis(min), millis(max));
  }

  /** Of one node's disk, whatever those of the others take. */
  void diskMillis(String id, long min, long max) {
    ownDiskTimes.put(new NodeId(id), new DiskTimes(millis(min), millis(max)));
  }

  /** Effects are carried out up to so much later than the inputs came. */
  void flushLagMicros(long max) {
    maxFlushLagNanos = max * 1000;
  }

  /** The shells keep so many of the newest entries in memory. */
  void keepTail(int entries) {
    tailEntries = entries;
  }

  /** For servers that are added from now on. */
  void maxAppendBytes(int bytes) {
    maxAppendBytes = bytes;
    for (NodeId id : ids) {
      configure(id.value(), ids.stream().map(NodeId::value).toArray(String[]::new));
    }
  }

  // ---- time

  static long millis(long millis) {
    return millis * 1_000_000;
  }

  long nanos() {
    return nanos;
  }

  void run(long millis) {
    runUntil(() -> false, millis);
  }

  /** Runs until something holds, but no longer than that; whether it holds. */
  boolean runUntil(BooleanSupplier condition, long millis) {
    long end = nanos + millis(millis);
    int events = 0;
    while (!condition.getAsBoolean()) {
      long next = nextEventNanos();
      if (next > end) {
        nanos = end;
        return false;
      }
      events = next == nanos ? events + 1 : 0;
      if (events > MAX_EVENTS_PER_INSTANT) {
        throw new AssertionError("time stands still at " + nanos + ": " + at.values());
      }
      nanos = Math.max(nanos, next);
      doNext();
    }
    return true;
  }

  private long nextEventNanos() {
    long next = network.dueNanos();
    for (List<Server> reachable : at.values()) {
      for (Server server : reachable) {
        if (server.isUp()) {
          next = Math.min(next, server.disk().dueNanos());
          next = Math.min(next, Math.min(server.wakeNanos(), server.flushDueNanos()));
        }
      }
    }
    return next;
  }

  /** One event: a write that became durable, a message, a timer, effects that are late. */
  private void doNext() {
    for (List<Server> reachable : at.values()) {
      for (Server server : reachable) {
        if (server.isUp() && server.disk().dueNanos() <= nanos) {
          server.completeWrites();
          return;
        }
        if (server.isUp() && server.flushDueNanos() <= nanos) {
          server.flush();
          return;
        }
      }
    }
    if (network.dueNanos() <= nanos) {
      deliver(network.next());
      return;
    }
    for (List<Server> reachable : at.values()) {
      for (Server server : reachable) {
        if (server.isUp() && server.wakeNanos() <= nanos) {
          server.tick();
          return;
        }
      }
    }
  }

  /** Hands over a message now; it is lost if the receiver is down or the link is cut. */
  void deliver(Envelope envelope) {
    List<Server> up = runningAt(envelope.to());
    if (!up.isEmpty() && !network.isCut(envelope)) {
      up.get(up.size() == 1 ? 0 : random.nextInt(up.size())).receive(envelope);
    }
  }

  // ---- what the servers ask of it

  void send(Server from, Envelope envelope) {
    if (envelope.to().equals(from.id())) {
      throw new AssertionError("a message to oneself: " + envelope);
    }
    trace.sent(from, envelope);
    network.send(envelope, nanos);
  }

  long nextDiskNanos(NodeId of) {
    DiskTimes times = ownDiskTimes.getOrDefault(of, diskTimes);
    return random.between(times.minNanos(), times.maxNanos());
  }

  long nextFlushLagNanos() {
    return maxFlushLagNanos == 0 || random.percent(50) ? 0 : random.nextLong(maxFlushLagNanos);
  }

  int tailEntries() {
    return tailEntries;
  }

  // ---- faults

  void crash(String id) {
    server(id).crash(0);
  }

  void restart(String id) {
    server(id).start();
  }

  /** The node comes back with an empty disk; the server that it was stays as it is, and is down. */
  Server wipe(String id) {
    Server fresh = replace(id);
    fresh.start();
    return fresh;
  }

  /** As {@link #wipe}, but the node is not started yet. */
  Server replace(String id) {
    for (Server other : at.get(new NodeId(id))) {
      if (other.isUp()) {
        other.crash(0);
      }
    }
    return addServer(new NodeId(id));
  }

  /** The server is what runs under the node's name from now on, on the disk that it had. */
  void swapIn(Server server) {
    for (Server other : at.get(server.id())) {
      if (other.isUp()) {
        other.crash(0);
      }
    }
    at.put(server.id(), new ArrayList<>(List.of(server)));
    server.start();
  }

  /** The server runs besides the one that runs already; a message may reach either. */
  void runBesides(Server server) {
    at.get(server.id()).add(server);
    server.start();
  }

  /** Only one server keeps running under the node's name. */
  void keepOnly(Server server) {
    for (Server other : at.get(server.id())) {
      if (other != server && other.isUp()) {
        other.crash(0);
      }
    }
    at.put(server.id(), new ArrayList<>(List.of(server)));
  }

  /** Cuts a node's links in both directions. */
  void isolate(String id) {
    for (NodeId other : ids) {
      if (!other.value().equals(id)) {
        network.cutBoth(id, other.value());
      }
    }
  }

  /** Cuts all links between the nodes of a side and the others. */
  void partition(Collection<String> side) {
    for (NodeId a : ids) {
      for (NodeId b : ids) {
        if (side.contains(a.value()) && !side.contains(b.value())) {
          network.cutBoth(a.value(), b.value());
        }
      }
    }
  }

  // ---- what can be seen, and shorthands

  List<NodeId> ids() {
    return ids;
  }

  /** The server that goes by a node's name, the first if there are two. */
  Server server(String id) {
    return at.get(new NodeId(id)).get(0);
  }

  /** Whether only one server goes by a node's name. */
  boolean isAlone(NodeId id) {
    return at.get(id).size() == 1;
  }

  /** All that run under a node's name. */
  List<Server> runningAt(NodeId id) {
    return at.get(id).stream().filter(Server::isUp).toList();
  }

  /** All that run. */
  List<Server> running() {
    return at.values().stream().flatMap(List::stream).filter(Server::isUp).toList();
  }

  /** All servers that ever were. */
  Collection<Server> everybody() {
    return servers.values();
  }

  Network network() {
    return network;
  }

  Checks checks() {
    return checks;
  }

  Trace trace() {
    return trace;
  }

  SeededRandom random() {
    return random;
  }

  /** The leader of the highest term, or null. */
  @Nullable Server leader() {
    Server leader = null;
    for (Server server : running()) {
      if (server.leads() && (leader == null || server.core().term() > leader.core().term())) {
        leader = server;
      }
    }
    return leader;
  }

  /** Runs until there is a leader with an entry of its term committed. */
  Server awaitLeader() {
    return awaitLeader(10_000);
  }

  Server awaitLeader(long millis) {
    BooleanSupplier settled =
        () -> {
          Server leader = leader();
          return leader != null
              && leader.core().termAt(leader.commitIndex()) == leader.core().term();
        };
    if (!runUntil(settled, millis)) {
      throw new AssertionError("no leader within " + millis + " ms: " + running());
    }
    Server leader = leader();
    if (leader == null) {
      throw new AssertionError("unreachable");
    }
    return leader;
  }

  /** From now on, elections begin only when the test calls one. */
  CoreCluster holdTimers() {
    servers.values().forEach(Server::holdTimer);
    return this;
  }

  /**
   * Lets a node call an election once nobody believes in another leader any more, and runs until it
   * is won or lost; whether it is won. Timers must be held.
   */
  boolean elect(String id) {
    run(ELECTION_TIMEOUT_MILLIS);
    Server server = server(id);
    server.expireTimer();
    return runUntil(server::leads, ELECTION_TIMEOUT_MILLIS - 1);
  }

  /** Has the leader append entries and runs until all running servers have committed them. */
  void appendAndSettle(int entries) {
    appendAndCommit(awaitLeader(), entries);
    settle();
  }

  /** Has a leader append entries and runs until it has committed them. */
  void appendAndCommit(Server leader, int entries) {
    for (int i = 0; i < entries; i++) {
      leader.append(100);
    }
    if (!runUntil(() -> leader.commitIndex() == leader.log().size(), 2_000)) {
      throw new AssertionError("not committed: " + leader);
    }
  }

  /** Runs until all running servers have committed everything that the leader has. */
  void settle() {
    Server leader = awaitLeader();
    if (!runUntil(() -> isSettled(leader), 10_000)) {
      throw new AssertionError("not settled: " + running());
    }
  }

  private boolean isSettled(Server leader) {
    return running().stream().allMatch(s -> s.commitIndex() == leader.log().size());
  }
}
