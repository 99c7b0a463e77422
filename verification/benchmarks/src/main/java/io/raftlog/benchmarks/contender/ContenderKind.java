package io.raftlog.benchmarks.contender;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who can be measured, in the order of reports. */
public enum ContenderKind {
  /** Ours. */
  RAFTLOG,
  /** jgroups-raft. */
  JGROUPS,
  /** SOFAJRaft. */
  JRAFT,
  /** Apache Ratis. */
  RATIS,
  /** Aeron Cluster. */
  AERON,
  /** DLedger, which is not durable. */
  DLEDGER;

  /** A contender that was not started. */
  public Contender create() {
    return switch (this) {
      case RAFTLOG -> new RaftLogContender();
      case JGROUPS -> new JGroupsContender();
      case JRAFT -> new JRaftContender();
      case RATIS -> new RatisContender();
      case AERON -> new AeronContender();
      case DLEDGER -> new DLedgerContender();
    };
  }

  /** What starts one replica alone, in a process of its own; empty where that is not written. */
  public Optional<Replica.Starter> replica() {
    return switch (this) {
      case RAFTLOG -> Optional.of((seat, applied) -> RaftLogReplica.start(seat));
      case JGROUPS -> Optional.of(JGroupsReplica::start);
      case JRAFT -> Optional.of(JRaftReplica::start);
      case RATIS, AERON, DLEDGER -> Optional.empty();
    };
  }

  /**
   * The folder, below this Maven module, of a POM whose dependencies are this contender's class
   * path; empty if it is ours, with which it does not conflict.
   */
  public Optional<String> classPathFolder() {
    return switch (this) {
      case RAFTLOG, JGROUPS, RATIS, AERON -> Optional.empty();
      case JRAFT -> Optional.of("jraft");
      case DLEDGER -> Optional.of("dledger");
    };
  }

  /** How it is called on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The contender with a label.
   *
   * @throws IllegalArgumentException naming the labels that there are
   */
  public static ContenderKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no contender \""
                        + label
                        + "\"; there are "
                        + Arrays.stream(values())
                            .map(ContenderKind::label)
                            .collect(Collectors.joining(", "))));
  }
}
