package io.raftlog.examples.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What {@link KillNine} does, in the order in which it does it. Used by one thread. */
final class KillRounds {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** How many records are read at once at the end. */
  private static final int BATCH = 100;

  private final Console console;
  private final Path directory;
  private final Map<String, String> addresses;
  private final Map<String, ChildProcess> children = new ConcurrentHashMap<>();

  /** How many records were appended by processes that are dead now, as far as they told. */
  private final AtomicLong appendedBefore = new AtomicLong();

  /** Prepares it, with all data below that directory. */
  KillRounds(Console console, Path directory) {
    this.console = console;
    this.directory = directory;
    this.addresses = FreePorts.addressesFor(Cluster.NODE_IDS);
  }

  KillReport run(int rounds) throws InterruptedException {
    console.say("three processes, each with a node and two producers that append without end");
    console.say("  in %s", directory);
    addresses.keySet().forEach(this::start);
    awaitLoad();
    List<Long> failovers = console.during(this::progress, () -> killLeaders(rounds));
    console.say("load stopped, everything that was sent is acknowledged");
    killAll();
    return verify(failovers);
  }

  private List<Long> killLeaders(int rounds) throws InterruptedException {
    List<Long> failovers = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      failovers.add(killLeader(round).toMillis());
    }
    stopLoad();
    return failovers;
  }

  private void start(String nodeId) {
    children.put(nodeId, ChildProcess.start(nodeId, directory, addresses));
  }

  private String progress() {
    long now = children.values().stream().mapToLong(child -> child.status().appended()).sum();
    return String.format(Locale.ROOT, "%,d records appended", appendedBefore.get() + now);
  }

  private Duration killLeader(int round) throws InterruptedException {
    ChildProcess leader = awaitLeader();
    long killNanos = System.nanoTime();
    leader.kill();
    // Only now: what the survivors append from here on the killed leader cannot have taken.
    CompletableFuture<?>[] marks =
        children.values().stream()
            .filter(ChildProcess::isAlive)
            .map(ChildProcess::mark)
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture<Object> first = CompletableFuture.anyOf(marks);
    Waiting.until("an append after the kill", LIMIT, first::isDone);
    Duration failover = since(killNanos);
    ChildProcess next = awaitLeader();
    console.say(
        "round %d: killed %s (process %d), leader in term %d",
        round, leader.nodeId(), leader.pid(), leader.status().term());
    console.say(
        "  next append acknowledged after %,d ms; %s leads in term %d",
        failover.toMillis(), next.nodeId(), next.status().term());
    appendedBefore.addAndGet(leader.status().appended());
    long startNanos = System.nanoTime();
    start(leader.nodeId());
    awaitLoad();
    console.say(
        "  %s started again and appends after %,d ms",
        leader.nodeId(), since(startNanos).toMillis());
    return failover;
  }

  /**
   * Until every process has appended something new: then it also has everything that was before it
   * in the log, since its own records are acknowledged only when they can be read on its node.
   */
  private void awaitLoad() throws InterruptedException {
    for (ChildProcess child : children.values()) {
      long before = child.status().appended();
      Waiting.until(
          child.nodeId() + " to append something",
          LIMIT,
          () -> child.mustLive().status().appended() > before);
    }
  }

  /** The living node that leads in the highest term; an older leader may not know yet. */
  private ChildProcess awaitLeader() throws InterruptedException {
    return Waiting.forValue(
        "a leader",
        LIMIT,
        () ->
            children.values().stream()
                .filter(ChildProcess::isAlive)
                .filter(child -> child.status().leads())
                .max(Comparator.comparingLong(child -> child.status().term())));
  }

  private void stopLoad() throws InterruptedException {
    for (ChildProcess child : children.values()) {
      CompletableFuture<Void> stopped = child.stopLoad();
      Waiting.until(
          child.nodeId() + " to have all it sent acknowledged",
          LIMIT,
          () -> child.mustLive() == child && stopped.isDone());
    }
  }

  private KillReport verify(List<Long> failovers) throws InterruptedException {
    console.say("killed all three at once; their directories are now opened in this process");
    List<Ledger> ledgers = ledgers();
    try (Cluster cluster = Cluster.start(directory, addresses)) {
      Findings findings = new Verifier(console, ledgers, BATCH).verify(cluster);
      return new KillReport(
          failovers.size(),
          findings.records(),
          findings.lost(),
          findings.reordered(),
          findings.doubled(),
          failovers,
          findings.isClean() && ledgers.stream().allMatch(Ledger::isComplete));
    }
  }

  /**
   * What the producers noted: how far each has sent, and where it was told that its records are.
   */
  private List<Ledger> ledgers() {
    List<Ledger> ledgers = new ArrayList<>();
    for (String nodeId : addresses.keySet()) {
      for (String producerId : Load.producersOf(nodeId)) {
        try (ProducerJournal journal = ProducerJournal.open(directory, producerId)) {
          Ledger ledger = new Ledger(producerId, Load.sent(producerId, journal.sent()));
          journal.copyTo(ledger);
          ledgers.add(ledger);
        }
      }
    }
    return ledgers;
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  /** Kills the processes that were started here and are still alive. */
  void killAll() {
    children.values().forEach(ChildProcess::kill);
  }
}
