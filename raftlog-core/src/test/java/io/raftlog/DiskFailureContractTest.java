package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.assertAppended;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.raftlog.AppendResult.Outcome;
import io.raftlog.internal.entry.EntryKind;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.spi.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers are told when disks fail, hang, lose what was not synced, or are replaced. */
class DiskFailureContractTest {
  private TestCluster cluster = TestCluster.started(3);

  @AfterEach
  void close() {
    cluster.close();
  }

  private void restart(LogOptions options) {
    cluster.close();
    cluster = TestCluster.started(3, options);
  }

  /** Seen: what was thrown when the failure was to be told ended the thread of all of its logs. */
  @Test
  void shouldStopThoughTheFailureCannotSayWhy() {
    // given
    String failed = cluster.awaitLeader();
    cluster
        .stored(failed)
        .failWrites(
            () ->
                new IllegalStateException() {
                  @Override
                  public String getMessage() {
                    throw this; // from then on there is nothing else to tell
                  }
                });
    // when, then
    RaftLog log = cluster.log(failed);
    failure(log.append("p", 0, bytes("0")), LogFailedException.class);
    assertThat(log.status().role()).isEqualTo(LogStatus.Role.FAILED);
    cluster.stop(failed);
  }

  /** Seen: it ended the thread of all of the node's logs, and nobody was told anything. */
  @Test
  @DisplayName("a storage written in another language may throw what its methods do not declare")
  @Timeout(60)
  void shouldStopOnACheckedExceptionOfTheStorage() {
    // given
    String failed = cluster.awaitLeader();
    cluster.stored(failed).failWrites(() -> new IOException("undeclared"));
    // when, then
    RaftLog log = cluster.log(failed);
    assertThat(failure(log.append("p", 0, bytes("0")), LogFailedException.class))
        .hasMessageContaining("undeclared");
    assertThat(log.status().role()).isEqualTo(LogStatus.Role.FAILED);
    cluster.stop(failed);
  }

  @Test
  void shouldStopOnlyTheReplicaWhoseDiskFails() {
    // given: on the leader, the hardest case; it must be the append that its disk fails with, not
    // the vote of an election
    restart(TestCluster.CALM);
    String failed = cluster.awaitLeader();
    get(cluster.log(failed).append("p", 0, bytes("0")));
    cluster.stored(failed).failWrites(() -> new StorageException("No space left on device", null));
    // when
    CompletableFuture<AppendResult> inFlight = cluster.log(failed).append("p", 1, bytes("1"));
    // then: it may have reached another node, and repeating it there tells
    assertThat(failure(inFlight, LogFailedException.class).fate())
        .isEqualTo(RaftLogException.Fate.UNKNOWN);
    LogStatus status = cluster.log(failed).status();
    assertThat(status.role()).isEqualTo(LogStatus.Role.FAILED);
    assertThat(status.failure().orElseThrow()).contains("No space left on device");
    List<String> others = cluster.others(failed);
    cluster.awaitLeader(others);
    assertThat(get(cluster.log(others.get(0)).append("p", 1, bytes("1"))).offset()).isEqualTo(1);
    assertAppended(2, get(cluster.log(others.get(1)).append("p", 2, bytes("2"))));
    // and: later calls are refused at once, with the reason
    LogFailedException refusal =
        failure(cluster.log(failed).append("p", 3, bytes("3")), LogFailedException.class);
    assertThat(refusal.fate()).isEqualTo(RaftLogException.Fate.NOT_APPENDED);
    assertThat(refusal).hasMessageContaining("No space left on device");
    failure(cluster.log(failed).read(0), LogFailedException.class);
  }

  @Test
  void shouldComeBackWhenTheDiskIsMended() {
    // given
    String failed = cluster.other(cluster.awaitLeader());
    cluster.stored(failed).failWrites(() -> new StorageException("broken", null));
    get(cluster.log(cluster.other(failed)).append("p", 0, bytes("0")));
    await().atMost(SOON).until(() -> cluster.log(failed).status().role() == LogStatus.Role.FAILED);
    // when
    cluster.stop(failed);
    cluster.stored(failed).failWrites(null);
    cluster.start(failed);
    // then
    cluster.awaitLeader();
    assertAppended(1, get(cluster.log(failed).append("p", 1, bytes("1"))));
    cluster.awaitLevel();
    assertThat(cluster.readAll(failed)).containsExactly("p:0=0", "p:1=1");
  }

  @Test
  void shouldAcknowledgeNothingThatAMajorityHasNotSynced() {
    // given: both followers take writes and never sync
    String leader = cluster.awaitLeader();
    cluster.others(leader).forEach(id -> cluster.stored(id).hang());
    // when
    CompletableFuture<AppendResult> append = cluster.log(leader).append("p", 0, bytes("x"));
    // then
    await()
        .during(Duration.ofMillis(300))
        .atMost(SOON)
        .until(() -> !append.isDone() && get(cluster.log(leader).read(0)).records().isEmpty());
    // when: one of them
    cluster.stored(cluster.other(leader)).resume();
    // then
    assertThat(get(append).offset()).isZero();
  }

  @Test
  void shouldNotWaitForTheLeadersOwnDisk() {
    // given: the others are a majority
    String leader = cluster.awaitLeader();
    cluster.stored(leader).hang();
    // when, then
    for (int i = 0; i < 10; i++) {
      assertAppended(i, get(cluster.log(leader).append("p", i, bytes("" + i))));
    }
    cluster.stored(leader).resume();
    cluster.awaitLevel();
    assertThat(cluster.readAll(leader)).hasSize(10);
  }

  @Test
  void shouldHaveEverythingAcknowledgedAfterThePowerFailedEverywhere() {
    for (int round = 0; round < 3; round++) {
      // given: appends on every node, some acknowledged
      List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
      for (String id : cluster.members()) {
        for (int i = 0; i < 50; i++) {
          appends.add(cluster.log(id).append(id + "-" + round, i, bytes("" + i)));
        }
      }
      CompletableFuture<AppendResult> some = appends.get(7 * (round + 1));
      get(some.handle((result, thrown) -> 0));
      // when
      cluster.members().forEach(id -> cluster.disk(id).crash());
      List<AppendResult> acknowledged =
          appends.stream()
              .filter(a -> a.isDone() && !a.isCompletedExceptionally())
              .map(a -> a.join())
              .toList();
      cluster.members().forEach(cluster::kill);
      cluster.network.heal();
      cluster.startAll();
      cluster.awaitLeader();
      // then
      assertThat(acknowledged).isNotEmpty();
      AppendResult next = get(cluster.log("n1").append("end-of-round", round, bytes("x")));
      cluster.awaitLevel();
      for (String id : cluster.members()) {
        assertThat(cluster.readAll(id)).doesNotHaveDuplicates().hasSize((int) next.offset() + 1);
      }
      for (AppendResult result : acknowledged) {
        LogRecord record = get(cluster.log("n2").read(result.offset(), 1)).records().get(0);
        assertThat(record.timestamp()).isEqualTo(result.timestamp());
      }
    }
  }

  @Test
  void shouldKnowProducersAndOffsetsAfterARestartOfAll() {
    // given
    AppendResult first = get(cluster.log("n1").append("p", 0, bytes("0")));
    get(cluster.log("n2").append("p", 1, bytes("1")));
    cluster.awaitLevel();
    // when
    cluster.members().forEach(cluster::stop);
    cluster.startAll();
    cluster.awaitLeader();
    // then
    for (String id : cluster.members()) {
      AppendResult again = get(cluster.log(id).append("p", 0, bytes("0")));
      assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
      assertThat(again.offset()).isEqualTo(first.offset());
      assertThat(again.timestamp()).isEqualTo(first.timestamp());
      failure(cluster.log(id).append("p", 0, bytes("other")), SequenceReusedException.class);
      assertThat(
              failure(cluster.log(id).append("p", 5, bytes("5")), SequenceGapException.class)
                  .expectedSequence())
          .isEqualTo(2);
    }
  }

  @Test
  void shouldReadmitANodeWhoseDiskWasReplaced() {
    // given
    get(cluster.log("n1").append("p", 0, bytes("0")));
    cluster.stop("n3");
    cluster.wipe("n3");
    // when
    cluster.start("n3");
    // then: it is brought up to date, and votes again
    await().atMost(SOON).until(() -> cluster.log("n3").status().voting());
    // and: those that will be left have all of the change. A node votes as soon as it has heard of
    // it, and until it is settled the majority that it was made with is needed too.
    await().atMost(SOON).until(() -> storedMemberships("n2") == 3 && storedMemberships("n3") == 3);
    cluster.awaitLevel();
    assertThat(cluster.readAll("n3")).containsExactly("p:0=0");
    // and: counts, with one of the others gone
    cluster.stop("n1");
    cluster.awaitLeader();
    assertAppended(1, get(cluster.log("n3").append("p", 1, bytes("1"))));
  }

  /** The first one, the change, and the settled one, when a node was re-admitted. */
  private long storedMemberships(String id) {
    return cluster.stored(id).entries().stream()
        .filter(entry -> EntryLayout.header(entry.bytes()).kind() == EntryKind.MEMBERSHIP)
        .count();
  }

  @Test
  void shouldNotFormAnEmptyLogFromAMajorityOfReplacedDisks() {
    // given: what n3 has must not be forgotten because two others have nothing
    get(cluster.log("n1").append("p", 0, bytes("0")));
    cluster.awaitLevel();
    cluster.members().forEach(cluster::stop);
    cluster.wipe("n1");
    cluster.wipe("n2");
    // when
    cluster.startAll();
    // then
    CompletableFuture<AppendResult> append = cluster.log("n1").append("q", 0, bytes("x"));
    await()
        .during(Duration.ofSeconds(2))
        .atMost(SOON)
        .until(
            () ->
                !append.isDone()
                    && cluster.members().stream()
                        .allMatch(id -> cluster.log(id).status().leader().isEmpty()));
    assertThat(cluster.readAll("n3")).containsExactly("p:0=0");
  }

  @Test
  void shouldTellADiskThatCannotBeReadFromOneThatIsCorrupted() {
    // given
    get(cluster.log("n1").append("p", 0, bytes("0")));
    cluster.stop("n2");
    for (StorageException failed :
        List.of(
            new StorageException("Input/output error", null),
            StorageException.corrupted("block checksum mismatch", null))) {
      cluster.stored("n2").failReads(failed);
      // when, then: nobody is told to throw away what a healthy disk may still hold
      assertThatThrownBy(() -> cluster.start("n2"))
          .isInstanceOfSatisfying(
              NodeStartException.class,
              e ->
                  assertThat(e.reason())
                      .isEqualTo(
                          failed.isCorruption()
                              ? NodeStartException.Reason.CORRUPTED
                              : NodeStartException.Reason.DIRECTORY_UNUSABLE));
    }
  }

  @Test
  void shouldNotStartWithAVoteThatCannotBeTrusted() {
    // given
    get(cluster.log("n1").append("p", 0, bytes("0")));
    cluster.stop("n2");
    // when: any bit of the term, the vote or the formation
    for (int bit = 0; bit < cluster.stored("n2").hardStateBits(); bit += 13) {
      cluster.stored("n2").flipHardState(bit);
      // then
      assertThatThrownBy(() -> cluster.start("n2"))
          .isInstanceOfSatisfying(
              NodeStartException.class,
              e -> assertThat(e.reason()).isEqualTo(NodeStartException.Reason.CORRUPTED));
      cluster.stored("n2").flipHardState(bit);
    }
    cluster.start("n2");
    cluster.awaitLeader();
  }
}
