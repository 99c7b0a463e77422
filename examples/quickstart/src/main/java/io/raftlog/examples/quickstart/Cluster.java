package io.raftlog.examples.quickstart;

import io.raftlog.LogStatus;
import io.raftlog.RaftLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Three nodes in this JVM. Any thread. */
final class Cluster implements AutoCloseable {
  static final List<String> NODE_IDS = List.of("n1", "n2", "n3");
  private static final Duration ELECTION_LIMIT = Duration.ofSeconds(30);

  private final Map<String, String> addresses;
  private final List<Member> members;

  private Cluster(Map<String, String> addresses, List<Member> members) {
    this.addresses = addresses;
    this.members = members;
  }

  /** Starts three nodes on free ports, each in a directory of its own below the one given. */
  static Cluster start(Path directory) {
    return start(directory, FreePorts.addressesFor(NODE_IDS));
  }

  /** Starts the nodes with those addresses, each in the directory below that has its id. */
  static Cluster start(Path directory, Map<String, String> addresses) {
    List<Member> started = new ArrayList<>();
    try {
      for (String id : addresses.keySet()) {
        started.add(Member.start(id, directory.resolve(id), addresses));
      }
    } catch (RuntimeException e) {
      started.forEach(Member::close);
      throw e;
    }
    return new Cluster(addresses, List.copyOf(started));
  }

  Map<String, String> addresses() {
    return addresses;
  }

  List<Member> members() {
    return members;
  }

  /** Every node's log; a node that is started anew has a new one, hence suppliers. */
  List<Supplier<RaftLog>> logs() {
    List<Supplier<RaftLog>> logs = new ArrayList<>();
    for (Member member : members) {
      logs.add(member::log);
    }
    return logs;
  }

  /** Who leads; waits for an election. */
  Member awaitLeader() throws InterruptedException {
    return Waiting.forValue("a leader", ELECTION_LIMIT, this::leader);
  }

  /** The living node that leads in the highest term; an older leader may not know yet. */
  private Optional<Member> leader() {
    return members.stream()
        .filter(member -> !member.isDead())
        .filter(member -> member.status().role() == LogStatus.Role.LEADER)
        .max(Comparator.comparingLong(member -> member.status().term()));
  }

  @Override
  public void close() {
    members.forEach(Member::close);
  }
}
