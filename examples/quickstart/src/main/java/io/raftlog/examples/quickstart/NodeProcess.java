package io.raftlog.examples.quickstart;

import io.raftlog.AppendResult;
import io.raftlog.LogStatus;
import io.raftlog.RaftLog;
import io.raftlog.RaftLogNode;
import io.raftlog.netty.NettyTransport;
import io.raftlog.rocksdb.RocksDbStorage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A process of {@link KillNine}: an application that embeds one node and appends on it, without
 * end. When it is started again it resumes its producers where they were.
 *
 * <p>It reads commands from standard input and ends when that ends, so that it never outlives who
 * started it. On standard output it says many times a second {@code status} with role, term and the
 * number of records that it has appended; after the command {@code mark} it says {@code marked} as
 * soon as an append has stored a record that was called after the command; and after the command
 * {@code stop} {@code stopped}, when everything that it has sent is acknowledged.
 */
public final class NodeProcess {
  private static final int WINDOW = 64;
  private static final long STATUS_MILLIS = 20;

  private final RaftLog log;
  private final List<Load> loads = new ArrayList<>();
  private final AtomicLong appended = new AtomicLong();
  private volatile @Nullable FailoverClock mark;

  private NodeProcess(RaftLog log) {
    this.log = log;
  }

  /**
   * Runs a node until standard input ends.
   *
   * @param arguments the node's id; a directory for what all processes store; and for each member
   *     {@code id=host:port}
   * @throws IOException when standard input cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    // Whatever goes wrong in any thread ends the process, which is noticed.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          e.printStackTrace();
          Runtime.getRuntime().halt(1);
        });
    String nodeId = arguments[0];
    Path directory = Path.of(arguments[1]);
    RaftLogNode.Builder builder = RaftLogNode.builder(nodeId).cluster(Member.CLUSTER_ID);
    for (String member : List.of(arguments).subList(2, arguments.length)) {
      int separator = member.indexOf('=');
      builder.member(member.substring(0, separator), member.substring(separator + 1));
    }
    RaftLogNode node =
        builder
            .transport(NettyTransport.builder().build())
            .storage(RocksDbStorage.at(directory.resolve(nodeId)))
            .log(Member.LOG_ID)
            .start();
    new NodeProcess(node.log(Member.LOG_ID)).run(nodeId, directory);
    System.exit(0);
  }

  private void run(String nodeId, Path directory) throws IOException {
    CountDownLatch published = new CountDownLatch(Load.producersOf(nodeId).size());
    for (String producerId : Load.producersOf(nodeId)) {
      ProducerJournal journal = ProducerJournal.open(directory, producerId);
      Load load = new Load(producerId, journal);
      loads.add(load);
      Publisher publisher =
          new Publisher(
              producerId,
              load,
              journal.acknowledged(),
              new NodeChoice(List.of(() -> log), 0),
              WINDOW,
              acknowledgement -> onAcknowledged(journal, acknowledgement));
      inThread(
          producerId,
          () -> {
            publisher.run();
            published.countDown();
          });
    }
    inThread("status", this::reportStatus);
    inThread(
        "stopped",
        () -> {
          published.await();
          say("stopped");
        });
    obey();
  }

  private void onAcknowledged(ProducerJournal journal, Acknowledgement acknowledgement) {
    journal.acknowledged(acknowledgement.sequence(), acknowledgement.result().offset());
    if (acknowledgement.result().outcome() == AppendResult.Outcome.APPENDED) {
      appended.incrementAndGet();
    }
    FailoverClock waiting = mark;
    if (waiting != null) {
      waiting.acknowledged(acknowledgement);
    }
  }

  private void reportStatus() throws InterruptedException {
    while (true) {
      LogStatus status = log.status();
      say("status " + status.role() + " " + status.term() + " " + appended.get());
      TimeUnit.MILLISECONDS.sleep(STATUS_MILLIS);
    }
  }

  private void obey() throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String command = line;
      if (command.startsWith("mark ")) {
        FailoverClock clock = new FailoverClock();
        clock.killing();
        clock.killed();
        CompletableFuture<Void> unused =
            clock.failover().thenRun(() -> say("marked " + command.substring("mark ".length())));
        mark = clock;
      } else {
        loads.forEach(Load::stop);
      }
    }
  }

  /** Something that runs in a thread of its own. */
  private interface Task {
    void run() throws InterruptedException;
  }

  private static void inThread(String name, Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts this thread", e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
