package io.raftlog.examples.outbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What {@link OutboxExample} does, in the order in which it does it. Used by one thread. */
final class Rehearsal implements AutoCloseable {
  private static final List<String> NODE_IDS = List.of("n1", "n2", "n3");
  private static final String PRODUCER_NODE = "n1";
  private static final String FIRST_CONSUMER_NODE = "n2";
  private static final String NEXT_CONSUMER_NODE = "n3";

  /** How long to wait for any one thing: that it never comes is a failure. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final long TICK_MILLIS = 5;
  private static final double PROGRESS_SECONDS = 1;

  private final Console console;
  private final Path directory;
  private final Input input;
  private final Application application;
  private final Map<String, String> addresses = Addresses.of(NODE_IDS);
  private final Map<String, ChildProcess> children = new HashMap<>();
  private String consumerNode = FIRST_CONSUMER_NODE;
  private double nextProgress = PROGRESS_SECONDS;

  Rehearsal(Console console, Path directory, Input input) {
    this.console = console;
    this.directory = directory;
    this.input = input;
    this.application = new Application(NodeProcess.outbox(directory), input);
  }

  Report run(int kills) throws InterruptedException {
    console.say("three processes, each with a node, in %s", directory);
    NODE_IDS.forEach(this::start);
    List<Action> plan = Action.plan(kills);
    console.say(
        "%s produces from the outbox, %s consumes for billing", PRODUCER_NODE, consumerNode);
    producer().command(NodeProcess.PRODUCE);
    consumer().command(NodeProcess.CONSUME);
    for (int i = 0; i < plan.size(); i++) {
      // What comes after this share is not written before the action: it hits in the middle.
      application.allow(share(i + 2, plan.size() + 1));
      act(plan.get(i), share(i + 1, plan.size() + 1));
    }
    awaitTold(PRODUCER_NODE, Board.ACKNOWLEDGED, input.count());
    awaitTold(consumerNode, Board.COMMITTED, input.count());
    awaitTold(FIRST_CONSUMER_NODE, Board.FENCED, 1);
    double seconds = console.seconds();
    console.say("all lines are in the log, counted and committed; the old consumer was fenced");
    return verify(plan, seconds);
  }

  private int share(int parts, int of) {
    return Math.toIntExact((long) input.count() * parts / of);
  }

  private void act(Action action, int lines) throws InterruptedException {
    switch (action) {
      case KILL_PRODUCER -> {
        awaitTold(PRODUCER_NODE, Board.ACKNOWLEDGED, lines);
        restart(PRODUCER_NODE, Board.ACKNOWLEDGED, NodeProcess.PRODUCE, Board.RESUMED);
      }
      case KILL_CONSUMER -> {
        awaitTold(consumerNode, Board.COMMITTED, lines);
        restart(consumerNode, Board.COMMITTED, NodeProcess.CONSUME, Board.CLAIMED);
      }
      case MOVE_CONSUMER -> {
        awaitTold(consumerNode, Board.COMMITTED, lines);
        moveConsumer();
      }
    }
  }

  private void start(String nodeId) {
    children.put(nodeId, ChildProcess.start(nodeId, directory, addresses));
  }

  private void restart(String nodeId, String progress, String command, String resumed)
      throws InterruptedException {
    ChildProcess killed = child(nodeId);
    killed.kill();
    long before = killed.told(progress);
    console.say(
        "kill -9 %d: %s, which had told \"%s %,d\"", killed.pid(), nodeId, progress, before);
    start(nodeId);
    child(nodeId).command(command);
    awaitTold(nodeId, resumed, before);
    console.say(
        "  %s goes on at %,d; counted are %,d",
        nodeId, child(nodeId).told(resumed), NodeProcess.billingTable(directory).totals().next());
  }

  private void moveConsumer() throws InterruptedException {
    long before = consumer().told(Board.COMMITTED);
    console.say(
        "%s is to consume too, while %s is alive and has told \"%s %,d\"",
        NEXT_CONSUMER_NODE, consumerNode, Board.COMMITTED, before);
    consumerNode = NEXT_CONSUMER_NODE;
    consumer().command(NodeProcess.CONSUME);
    awaitTold(consumerNode, Board.CLAIMED, before);
    console.say("  %s goes on at %,d", consumerNode, consumer().told(Board.CLAIMED));
  }

  private ChildProcess producer() {
    return child(PRODUCER_NODE);
  }

  private ChildProcess consumer() {
    return child(consumerNode);
  }

  private ChildProcess child(String nodeId) {
    ChildProcess child = children.get(nodeId);
    if (child == null) {
      throw new IllegalStateException("no process was started for " + nodeId);
    }
    return child;
  }

  /** Until a process has told a number that is not less, from now on or before. */
  private void awaitTold(String nodeId, String name, long least) throws InterruptedException {
    long beganNanos = System.nanoTime();
    BooleanSupplier isTold = () -> child(nodeId).told(name) >= least;
    while (!isTold.getAsBoolean()) {
      if (System.nanoTime() - beganNanos > LIMIT.toNanos()) {
        throw new ExampleException(
            String.format(
                "waited %d s in vain for %s to tell \"%s %d\"; it told %d",
                LIMIT.toSeconds(), nodeId, name, least, child(nodeId).told(name)));
      }
      children.values().forEach(ChildProcess::mustLive);
      application.tick();
      showProgress();
      TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
    }
  }

  private void showProgress() {
    if (console.seconds() < nextProgress) {
      return;
    }
    nextProgress = console.seconds() + PROGRESS_SECONDS;
    console.say(
        "%,d of %,d lines written, %,d acknowledged, %,d counted and committed",
        application.written(),
        input.count(),
        Math.max(0, producer().told(Board.ACKNOWLEDGED)),
        Math.max(0, consumer().told(Board.COMMITTED)));
  }

  private Report verify(List<Action> plan, double seconds) throws InterruptedException {
    killAll();
    console.say("killed all three; their directories are now opened in this process");
    Verifier verifier = new Verifier(console, input);
    LogAudit.Findings log = verifier.logs(directory, addresses);
    Totals counted = NodeProcess.billingTable(directory).totals();
    return new Report(
        application.written(),
        Collections.frequency(plan, Action.KILL_PRODUCER),
        Collections.frequency(plan, Action.KILL_CONSUMER),
        Collections.frequency(plan, Action.MOVE_CONSUMER),
        counted.redelivered(),
        log,
        verifier.miscounted(counted),
        seconds);
  }

  /** Kills the processes that were started here and are still alive. */
  private void killAll() {
    children.values().forEach(ChildProcess::kill);
  }

  @Override
  public void close() {
    killAll();
    application.close();
  }
}
