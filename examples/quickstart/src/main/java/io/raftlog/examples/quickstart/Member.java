package io.raftlog.examples.quickstart;

import io.raftlog.LogStatus;
import io.raftlog.RaftLog;
import io.raftlog.RaftLogNode;
import io.raftlog.netty.NettyTransport;
import io.raftlog.rocksdb.RocksDbStorage;
import java.nio.file.Path;
import java.util.Map;

/** One of the three nodes, through its lives: it can be killed and started again. Any thread. */
final class Member implements AutoCloseable {
  /** The log that all of this is about. */
  static final String LOG_ID = "lines";

  static final String CLUSTER_ID = "quickstart";

  private final String id;
  private final Path directory;
  private final Map<String, String> addresses;
  private volatile Life life;

  private record Life(RaftLogNode node, KillableTransport transport, KillSwitch killSwitch) {}

  private Member(String id, Path directory, Map<String, String> addresses) {
    this.id = id;
    this.directory = directory;
    this.addresses = addresses;
    this.life = begin();
  }

  /**
   * Starts a node.
   *
   * @param id which one
   * @param directory where it keeps its data
   * @param addresses where all members are, this one included
   */
  static Member start(String id, Path directory, Map<String, String> addresses) {
    return new Member(id, directory, addresses);
  }

  private Life begin() {
    KillSwitch killSwitch = new KillSwitch();
    KillableTransport transport =
        new KillableTransport(NettyTransport.builder().build(), killSwitch);
    KillableStorage storage = new KillableStorage(RocksDbStorage.at(directory), killSwitch);
    // Without the two wrappers, which only a rehearsal needs, this is all that an application
    // writes.
    RaftLogNode.Builder builder = RaftLogNode.builder(id).cluster(CLUSTER_ID);
    addresses.forEach(builder::member);
    RaftLogNode node = builder.transport(transport).storage(storage).log(LOG_ID).start();
    return new Life(node, transport, killSwitch);
  }

  String id() {
    return id;
  }

  Path directory() {
    return directory;
  }

  /** The log of the node's present life, or of the last one if it is dead. */
  RaftLog log() {
    return life.node.log(LOG_ID);
  }

  LogStatus status() {
    return log().status();
  }

  boolean isDead() {
    return life.killSwitch.isFlipped();
  }

  /** Stops the node as a crash does, as far as that is possible here: see {@link KillSwitch}. */
  void kill(FailoverClock clock) {
    Life killed = life;
    clock.killing();
    killed.killSwitch.flip();
    clock.killed();
    killed.transport.close(); // as an operating system closes a dead process' sockets
  }

  /** Waits until the killed node's threads have ended, and starts it again from its directory. */
  void restart() {
    life.node.close();
    life = begin();
  }

  @Override
  public void close() {
    life.node.close();
  }
}
