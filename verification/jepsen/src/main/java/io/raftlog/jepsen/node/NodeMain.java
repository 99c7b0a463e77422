package io.raftlog.jepsen.node;

import io.raftlog.LogOptions;
import io.raftlog.RaftLogNode;
import io.raftlog.netty.NettyTransport;
import io.raftlog.rocksdb.RocksDbStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** One container's process: a node, and a port where the harness controls it. */
public final class NodeMain {
  /** Where nodes listen for each other. */
  public static final int RAFT_PORT = 7400;

  /** Where a node listens for the harness. */
  public static final int CONTROL_PORT = 7500;

  /** The name of the log. */
  static final String LOG_ID = "jepsen";

  /** Shorter than clients wait, so that they are told that the outcome is unknown. */
  private static final Duration APPEND_TIMEOUT = Duration.ofSeconds(8);

  /** Little, so that many reads go to the disk. */
  private static final long CACHE_BYTES = 1 << 20;

  private NodeMain() {}

  /**
   * Runs a node until the process is told to end, which closes it.
   *
   * @param arguments the node's id; its data directory; {@code direct}, or {@code proxied} when
   *     links are shaped by this process; and for each member {@code id=address}
   * @throws IOException when a port cannot be bound
   */
  public static void main(String[] arguments) throws IOException {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          e.printStackTrace();
          Runtime.getRuntime().halt(1);
        });
    String id = arguments[0];
    boolean proxied = arguments[2].equals("proxied");
    Map<String, String> addresses = new LinkedHashMap<>();
    for (int i = 3; i < arguments.length; i++) {
      String[] member = arguments[i].split("=", 2);
      addresses.put(member[0], member[1]);
    }
    Map<String, LinkProxy> links = new LinkedHashMap<>();
    RaftLogNode.Builder builder =
        RaftLogNode.builder(id)
            .cluster("jepsen")
            .transport(NettyTransport.builder().build())
            .storage(RocksDbStorage.at(Path.of(arguments[1])))
            .log(
                LOG_ID,
                LogOptions.builder().appendTimeout(APPEND_TIMEOUT).cacheBytes(CACHE_BYTES).build());
    for (Map.Entry<String, String> member : addresses.entrySet()) {
      String address = member.getValue() + ":" + RAFT_PORT;
      if (proxied && !member.getKey().equals(id)) {
        LinkProxy link = LinkProxy.to(member.getValue(), RAFT_PORT);
        links.put(member.getKey(), link);
        address = link.address();
      }
      builder.member(member.getKey(), address);
    }
    RaftLogNode node = builder.start();
    String session = id + "/" + UUID.randomUUID().toString().substring(0, 8);
    Runtime.getRuntime().addShutdownHook(new Thread(node::close, "close"));
    new ControlServer(session, new Commands(node.log(LOG_ID), links)).listen(CONTROL_PORT);
  }
}
