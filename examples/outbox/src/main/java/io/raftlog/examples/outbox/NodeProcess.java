package io.raftlog.examples.outbox;

import io.raftlog.RaftLog;
import io.raftlog.RaftLogNode;
import io.raftlog.netty.NettyTransport;
import io.raftlog.rocksdb.RocksDbStorage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A process of the application: it embeds a node, and on the command {@code produce} takes the
 * outbox to the log, on the command {@code consume} counts what is in the log. It reads commands
 * from standard input and ends when that ends, so that it never outlives who started it; on
 * standard output it prints its {@link Board}.
 */
public final class NodeProcess {
  static final String LOG_ID = "requests";
  static final String PRODUCE = "produce";
  static final String CONSUME = "consume";
  private static final String CLUSTER_ID = "outbox";

  private final RaftLog log;
  private final Path directory;
  private final Board board = new Board();

  private NodeProcess(RaftLog log, Path directory) {
    this.log = log;
    this.directory = directory;
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
    Path directory = Path.of(arguments[1]);
    RaftLogNode node =
        start(arguments[0], directory, List.of(arguments).subList(2, arguments.length));
    new NodeProcess(node.log(LOG_ID), directory).run();
    System.exit(0);
  }

  /** Starts a node; all of it that an application writes. */
  static RaftLogNode start(String nodeId, Path directory, List<String> members) {
    RaftLogNode.Builder builder =
        RaftLogNode.builder(nodeId)
            .cluster(CLUSTER_ID)
            .transport(NettyTransport.builder().build())
            .storage(RocksDbStorage.at(directory.resolve(nodeId)))
            .log(LOG_ID);
    for (String member : members) {
      String[] idAndAddress = member.split("=", 2);
      builder.member(idAndAddress[0], idAndAddress[1]);
    }
    return builder.start();
  }

  /** Members as {@link #main} takes them. */
  static List<String> members(Map<String, String> addresses) {
    return addresses.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  static Path outbox(Path directory) {
    return directory.resolve("outbox.txt");
  }

  static BillingTable billingTable(Path directory) {
    return new BillingTable(directory.resolve("billing.txt"));
  }

  private void run() throws IOException {
    inThread("board", () -> board.print(System.out));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      switch (line) {
        case PRODUCE -> inThread(line, new OutboxProducer(log, outbox(directory), board)::run);
        case CONSUME ->
            inThread(line, new BillingConsumer(log, billingTable(directory), board)::run);
        default -> throw new IllegalArgumentException("there is no command " + line);
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
}
