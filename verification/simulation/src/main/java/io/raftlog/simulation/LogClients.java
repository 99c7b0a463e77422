package io.raftlog.simulation;

import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.EntryKind;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.RunCursor;
import io.raftlog.internal.replica.ControlOutcome;
import io.raftlog.simulation.checkers.Append;
import io.raftlog.simulation.checkers.History;
import io.raftlog.simulation.checkers.HistoryChecker;
import io.raftlog.simulation.checkers.HistoryCheckers;
import io.raftlog.simulation.checkers.RecordKey;
import io.raftlog.simulation.checkers.Violation;
import io.raftlog.simulation.invariants.CommittedLog;
import io.raftlog.spi.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One log's producers and readers, and what they saw. */
final class LogClients {
  private final String logId;
  private final List<SimulatedNode> nodes;
  private final History history = new History();
  private final Payloads payloads;
  private final List<ProducerClient> producers = new ArrayList<>();
  private final List<ReaderClient> readers = new ArrayList<>();
  private final List<SubscriberClient> subscribers = new ArrayList<>();
  private final List<PositionClient> positioned = new ArrayList<>();
  private final List<Registered> registered = new ArrayList<>();
  private final List<Positions.Told> toldOfPositions = new ArrayList<>();
  private final World world;

  /** How often clients go where the leader is: one that is cut off then has most to lose. */
  private final double leaderShare;

  /** What a producer was told when it was registered. */
  record Registered(String producer, ControlOutcome outcome) {}

  LogClients(World world, String logId, List<SimulatedNode> nodes) {
    this.world = world;
    this.logId = logId;
    this.nodes = nodes;
    Settings.WorkloadSettings settings = world.settings.workload();
    SeededRandom preference = world.randomAside(logId.hashCode());
    this.leaderShare = preference.chance(0.5) ? 0 : preference.nextDouble();
    this.payloads = new Payloads(settings.maxPayloadBytes());
    for (int i = 0; i < settings.producers(); i++) {
      producers.add(new ProducerClient(world, this, "p" + i));
    }
    for (int i = 0; i < settings.readers(); i++) {
      readers.add(new ReaderClient(world, this));
    }
    SeededRandom following = world.randomAside(31L * logId.hashCode() + 1);
    int count = following.chance(0.5) ? 0 : (int) following.between(1, 3);
    for (int i = 0; i < count; i++) {
      subscribers.add(new SubscriberClient(world, this, following.fork(), logId + ".s" + i));
    }
    addPositionClients(world.randomAside(31L * logId.hashCode() + 2));
  }

  /** Some subscriptions, each claimed by several from each other. */
  private void addPositionClients(SeededRandom random) {
    int subscriptions = random.chance(0.5) ? 0 : (int) random.between(1, 2);
    for (int i = 0; i < subscriptions; i++) {
      PositionClient.Shared shared =
          new PositionClient.Shared("p" + i, random.chance(0.3) ? 0.01 : 0);
      for (int owners = (int) random.between(1, 3); owners > 0; owners--) {
        positioned.add(new PositionClient(world, this, random.fork(), shared));
      }
    }
  }

  void start() {
    producers.forEach(ProducerClient::start);
    readers.forEach(ReaderClient::start);
    subscribers.forEach(SubscriberClient::start);
    positioned.forEach(PositionClient::start);
  }

  void stop() {
    producers.forEach(ProducerClient::stop);
    readers.forEach(ReaderClient::stop);
    subscribers.forEach(SubscriberClient::stop);
    positioned.forEach(PositionClient::stop);
  }

  String logId() {
    return logId;
  }

  History history() {
    return history;
  }

  Payloads payloads() {
    return payloads;
  }

  void registered(Registered told) {
    registered.add(told);
  }

  void told(Positions.Told told) {
    toldOfPositions.add(told);
  }

  /** Appends one record of a producer of its own through the first node. */
  void appendOne(String producer) {
    Life life = nodes.get(0).life();
    if (life != null) {
      new Probe(world, this, life, new RecordKey(producer, 0, 0)).call();
    }
  }

  /** A running process, or null if there is none. */
  @Nullable Life anyLife(SeededRandom random) {
    List<Life> running = new ArrayList<>();
    List<Life> leaders = new ArrayList<>();
    for (SimulatedNode node : nodes) {
      Life life = node.life();
      if (life != null) {
        running.add(life);
        if (life.leads()) {
          leaders.add(life);
        }
      }
    }
    if (!leaders.isEmpty() && random.chance(leaderShare)) {
      return random.pick(leaders);
    }
    return running.isEmpty() ? null : random.pick(running);
  }

  /** Each subscriber takes everything that there is on some node. */
  void followToTheEnd(SeededRandom random, List<Life> lives) {
    subscribers.forEach(subscriber -> subscriber.takeAll(random.pick(lives)));
  }

  /** Whether each subscriber has had everything before an offset. */
  boolean haveFollowedTo(long endOffset) {
    return subscribers.stream().allMatch(subscriber -> subscriber.isAt(endOffset));
  }

  /** A node has been closed: every call on it has its outcome, every subscription is over. */
  void closed(Life life) {
    if (waitsFor(life) || subscribers.stream().anyMatch(s -> s.waitsFor(life))) {
      world.report(
          new Violation("CloseCompletesEverything", "somebody waits on " + life.session()));
    }
  }

  /** Whether a call in this life of a node has no outcome. */
  boolean waitsFor(Life life) {
    return producers.stream().anyMatch(producer -> producer.waitsFor(life))
        || readers.stream().anyMatch(reader -> reader.waitsFor(life))
        || positioned.stream().anyMatch(client -> client.waitsFor(life));
  }

  /** Checks what the clients saw against what was committed. */
  void check(CommittedLog committed) {
    Registrations registrations = new Registrations();
    Positions positions = new Positions();
    List<RecordKey> log = records(committed, registrations, positions);
    registered.forEach(registrations::check);
    toldOfPositions.forEach(positions::check);
    world.counters.add("log.records", log.size());
    world.counters.add("log.entries", committed.lastIndex());
    world.counters.add(
        "client.acknowledged",
        history.appends().stream()
            .filter(append -> append.outcome() == Append.Outcome.ACKNOWLEDGED)
            .count());
    for (HistoryChecker checker : HistoryCheckers.ALL) {
      checker.check(history, log);
    }
  }

  private List<RecordKey> records(
      CommittedLog committed, Registrations registrations, Positions positions) {
    List<RecordKey> records = new ArrayList<>();
    for (long index = 1; index <= committed.lastIndex(); index++) {
      StoredEntry entry = committed.at(index).entry();
      Violation.unless(
          entry.firstOffset() == records.size(),
          "DenseOffsets",
          () ->
              "entry "
                  + entry.index()
                  + " begins at "
                  + entry.firstOffset()
                  + ", not "
                  + records.size());
      if (EntryLayout.header(entry.bytes()).kind() == EntryKind.RECORDS) {
        addRuns(entry, records, registrations, positions);
      }
    }
    return records;
  }

  private void addRuns(
      StoredEntry entry, List<RecordKey> into, Registrations registrations, Positions positions) {
    for (RunCursor run = new RunCursor(entry.bytes().duplicate()); run.nextRun(); ) {
      registrations.add(entry.index(), run);
      if (run.isControl()) {
        if (run.control() instanceof ControlRun.OfSubscription control) {
          positions.add(entry.index(), control);
        }
        continue;
      }
      int at = run.recordsFrom();
      for (int i = 0; i < run.count(); i++) {
        into.add(payloads.keyOf(run.body(at), run.producer().toString(), run.firstSequence() + i));
        at = run.after(at);
      }
    }
  }
}
