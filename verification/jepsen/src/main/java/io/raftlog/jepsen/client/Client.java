package io.raftlog.jepsen.client;

import io.raftlog.jepsen.history.HistoryWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client with a thread of its own, which does a step now and then and handles answers between.
 */
abstract class Client {
  /** Longer than nodes let an append be without an outcome. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(12);

  /** How long a node is left alone that could not be reached. */
  private static final long AVOID_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  final String name;
  final SplittableRandom random;
  final HistoryWriter history;
  private final Servers servers;
  private final double stepNanos;
  private final Map<String, NodeConnection> connections = new HashMap<>();
  private final Map<String, Long> avoidUntil = new HashMap<>();

  /** Filled by the threads of connections; bounded by the requests without an answer. */
  private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();

  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean drained;

  /**
   * Makes one.
   *
   * @param stepMillis the mean time between two steps
   */
  Client(
      String name,
      SplittableRandom random,
      HistoryWriter history,
      Servers servers,
      double stepMillis) {
    this.name = name;
    this.random = random;
    this.history = history;
    this.servers = servers;
    this.stepNanos = stepMillis * 1e6;
    this.thread = new Thread(this::run, "client-" + name);
    this.thread.setDaemon(true);
  }

  /** Calls something. */
  abstract void step();

  /** Whether everything that was begun is done, so that the client may stop. */
  abstract boolean isDone();

  void start() {
    thread.start();
  }

  /** Begins nothing new from now on. */
  void stop() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  boolean isDrained() {
    return drained;
  }

  /** Ends the thread; what has no answer yet gets none. */
  void end() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  private void run() {
    try {
      long nextStep = System.nanoTime();
      while (true) {
        long wait = nextStep - System.nanoTime();
        Runnable letter = mailbox.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
        if (letter != null) {
          letter.run();
          continue;
        }
        connections.values().forEach(connection -> connection.closeIfStuck(PATIENCE_NANOS));
        drained = stopping && isDone();
        if (!drained) {
          step();
        }
        nextStep = System.nanoTime() + (long) (-Math.log(1 - random.nextDouble()) * stepNanos);
      }
    } catch (InterruptedException ended) {
      connections.values().forEach(Client::close);
      for (Runnable letter = mailbox.poll(); letter != null; letter = mailbox.poll()) {
        letter.run();
      }
    }
  }

  /** A handler that runs on this client's thread. */
  final Consumer<Answer> here(Consumer<Answer> handler) {
    return answer -> mailbox.add(() -> handler.accept(answer));
  }

  /** A node that has a process; null when none has. */
  final @Nullable String anyNode() {
    List<String> running = servers.running();
    return running.isEmpty() ? null : running.get(random.nextInt(running.size()));
  }

  /** A connection to a node; null when there is none to be had now. */
  final @Nullable NodeConnection connect(String node) {
    NodeConnection connection = connections.get(node);
    if (connection != null && !connection.isClosed()) {
      return connection;
    }
    connections.remove(node);
    Long until = avoidUntil.get(node);
    if (until != null && System.nanoTime() - until < 0) {
      return null;
    }
    try {
      NodeConnection opened = NodeConnection.open(servers.control(node));
      connections.put(node, opened);
      return opened;
    } catch (IOException notThere) {
      avoidUntil.put(node, System.nanoTime() + AVOID_NANOS);
      return null;
    }
  }

  private static void close(NodeConnection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // Nothing is lost that was not lost before.
    }
  }
}
