package io.raftlog.examples.outbox;

import io.raftlog.LogOptions;
import io.raftlog.RaftLogNode;
import io.raftlog.memory.MemoryNetwork;
import io.raftlog.memory.MemoryStorage;
import java.time.Duration;

/** A cluster of one node, in memory, for what a test does with a log. */
final class MemoryNode {
  private MemoryNode() {}

  static RaftLogNode start() {
    // snippet memory
    LogOptions quick = // there is nobody to wait for: an election may begin at once
        LogOptions.builder()
            .heartbeatInterval(Duration.ofMillis(10))
            .electionTimeout(Duration.ofMillis(50))
            .build();
    RaftLogNode node =
        RaftLogNode.builder("n1")
            .cluster("test")
            .member("n1", "in-memory")
            .transport(new MemoryNetwork().transport())
            .storage(new MemoryStorage())
            .log("orders", quick)
            .start();
    // end
    return node;
  }
}
