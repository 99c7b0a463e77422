package io.raftlog.benchmarks.contender;

import io.raftlog.LogOptions;
import io.raftlog.RaftLogNode;
import io.raftlog.netty.NettyTransport;
import io.raftlog.rocksdb.RocksDbStorage;
import io.raftlog.spi.NodeStorage;
import java.util.List;
import java.util.function.UnaryOperator;

/** Starts nodes of ours: Netty and RocksDB, with all defaults. */
public final class RaftLogNodes {
  private RaftLogNodes() {}

  /**
   * Starts one.
   *
   * @param seat where it lives
   * @param logs the names of its logs
   * @param options for all of them
   * @param storage what is done to its storage; the identity for nothing
   * @return the node
   */
  public static RaftLogNode start(
      Seat seat, List<String> logs, LogOptions options, UnaryOperator<NodeStorage> storage) {
    RaftLogNode.Builder builder =
        RaftLogNode.builder("n" + seat.replica())
            .cluster("benchmarks")
            .transport(NettyTransport.builder().build())
            .storage(storage.apply(RocksDbStorage.at(seat.directory())));
    logs.forEach(log -> builder.log(log, options));
    for (int i = 0; i < seat.ports().size(); i++) {
      builder.member("n" + i, Loopback.HOST + ":" + seat.ports().get(i));
    }
    return builder.start();
  }
}
