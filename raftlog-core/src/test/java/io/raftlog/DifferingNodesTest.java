package io.raftlog;

import static io.raftlog.TestCluster.LOG;
import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes of one cluster that are not configured alike. */
class DifferingNodesTest {
  private final TestCluster cluster = TestCluster.of(3, TestCluster.CALM);

  @AfterEach
  void close() {
    cluster.close();
  }

  /**
   * Seen: it was re-admitted and voted, but could not reach everybody, so one node less and nobody
   * led; its next start said MEMBERS_DIFFER.
   */
  @Test
  void shouldStopAnEmptiedNodeThatIsConfiguredWithOtherMembers() {
    // given
    cluster.startAll();
    cluster.awaitLeader();
    get(cluster.log("n1").append("p", 0, bytes("0")));
    cluster.stop("n3");
    cluster.wipe("n3");
    // when
    RaftLog log =
        cluster
            .put(
                "n3",
                RaftLogNode.builder("n3")
                    .cluster("test")
                    .member("n1", "address-of-n1")
                    .member("n2", "address-of-n2")
                    .member("n3", "address-of-n3")
                    .member("n4", "address-of-n4")
                    .transport(cluster.network.transport())
                    .storage(cluster.disk("n3").storage())
                    .log(LOG, TestCluster.CALM)
                    .start())
            .log(LOG);
    // then
    await().atMost(SOON).until(() -> log.status().failure().isPresent());
    assertThat(log.status().failure().orElseThrow())
        .contains("formed with the members [n1, n2, n3]", "configured are [n1, n2, n3, n4]");
    assertThat(log.status().voting()).isFalse();
    assertThat(cluster.log("n1").status().failure()).isEmpty();
    get(cluster.log("n1").append("p", 1, bytes("1")));
    // when
    cluster.stop("n3");
    cluster.start("n3");
    // then
    cluster.awaitLevel();
    await().atMost(SOON).until(() -> cluster.log("n3").status().voting());
  }

  /** Seen: it was sent again until its time was over, and kept all others of its node waiting. */
  @Test
  void shouldRefuseWhatIsLargerThanAllThatTheLeaderMayHaveInFlight() {
    // given: whoever leads but n3 has room for less than one such append
    LogOptions small =
        TestCluster.calm()
            .maxPayloadBytes(1_024)
            .maxBatchBytes(2_048)
            .maxInFlightBytes(4_096)
            .build();
    for (String id : List.of("n1", "n2")) {
      cluster.put(id, cluster.builder(id).log(LOG, small).start());
    }
    cluster.start("n3");
    if (cluster.awaitLeader().equals("n3")) {
      cluster.stop("n3");
      cluster.awaitLeader();
      cluster.start("n3");
      cluster.awaitLeader();
    }
    RaftLog log = cluster.log("n3");
    get(log.append("p", 0, bytes("0")));
    // when, then
    SequenceGapException gap =
        failure(log.append("p", 7, new byte[20_000]), SequenceGapException.class);
    assertThat(gap.expectedSequence()).isEqualTo(1);
    failure(log.append("q", 7, new byte[20_000]), UnknownProducerException.class);
  }
}
