package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.raftlog.ChaosNetwork.Fate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The rows of the contract's Reading table. Every test appends under a producer of its own. */
class ReadContractTest {
  private static final ReadOptions LINEARIZABLE =
      ReadOptions.DEFAULT.withConsistency(Consistency.LINEARIZABLE);

  private static TestCluster cluster;

  private String p;
  private long end;

  @BeforeAll
  static void start() {
    cluster = TestCluster.started(3, TestCluster.CALM);
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void nameProducer(TestInfo test) {
    p = test.getDisplayName();
    cluster.awaitLeader();
    cluster.awaitLevel();
    end = log("n1").status().endOffset();
  }

  @AfterEach
  void heal() {
    cluster.network.heal();
    cluster.network.releaseHeld();
    cluster.awaitLeader();
  }

  @Test
  void shouldRefuseOptionsThatAreNull() {
    assertThatThrownBy(() -> ReadOptions.DEFAULT.withConsistency(nothing(Consistency.class)))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("consistency must not be null");
    assertThatThrownBy(() -> ReadOptions.DEFAULT.withTimeout(nothing(Duration.class)))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("timeout must not be null");
    assertThatThrownBy(() -> ReadOptions.DEFAULT.withWaitFor(nothing(Duration.class)))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("waitFor must not be null");
  }

  /** Null, for callers whose compiler does not check. */
  private static <T> T nothing(Class<T> type) {
    return type.cast(new AtomicReference<T>().get());
  }

  @Test
  void shouldReadTenRecordsUnlessToldOtherwise() {
    appendAll(25);
    for (String id : cluster.members()) {
      // when
      ReadResult result = get(log(id).read(end));
      // then
      assertThat(result.records()).hasSize(10);
      assertThat(result.nextOffset()).isEqualTo(end + 10);
      assertThat(result.startOffset()).isZero();
      assertThat(result.endOffset()).isEqualTo(end + 25);
      // and the rest follows from there
      assertThat(get(log(id).read(end + 10)).records()).hasSize(10);
      ReadResult last = get(log(id).read(end + 20));
      assertThat(last.records()).hasSize(5);
      assertThat(last.nextOffset()).isEqualTo(end + 25);
    }
  }

  @Test
  void shouldReadAsManyAsAskedInOrderWithoutAGap() {
    appendAll(25);
    for (int count : new int[] {1, 3, 24, 25, 26, Integer.MAX_VALUE}) {
      ReadResult result = get(log("n2").read(end, count));
      int expected = Math.min(count, 25);
      assertThat(result.nextOffset()).isEqualTo(end + expected);
      for (int i = 0; i < expected; i++) {
        LogRecord record = result.records().get(i);
        assertThat(record.offset()).isEqualTo(end + i);
        assertThat(TestCluster.text(record)).isEqualTo(p + ":" + i + "=" + i);
      }
    }
  }

  @Test
  void shouldAnswerAtOnceWithNothingAtTheEnd() {
    appendAll(1);
    for (String id : cluster.members()) {
      CompletableFuture<ReadResult> read = log(id).read(end + 1);
      assertThat(read).isDone();
      assertThat(get(read)).isEqualTo(new ReadResult(List.of(), end + 1, 0, end + 1));
    }
  }

  @Test
  void shouldRefuseToReadBeyondTheEnd() {
    appendAll(1);
    for (long offset : new long[] {end + 2, end + 1000, Long.MAX_VALUE}) {
      for (Consistency consistency : Consistency.values()) {
        CompletableFuture<ReadResult> read =
            log("n3").read(offset, ReadOptions.DEFAULT.withConsistency(consistency));
        OffsetOutOfRangeException beyond = failure(read, OffsetOutOfRangeException.class);
        assertThat(beyond.requestedOffset()).isEqualTo(offset);
        assertThat(beyond.startOffset()).isZero();
        assertThat(beyond.endOffset()).isEqualTo(end + 1);
        assertThat(beyond.fate()).isEqualTo(RaftLogException.Fate.NOT_APPENDED);
      }
    }
  }

  @Test
  void shouldRefuseArgumentsThatCannotBe() {
    RaftLog log = log("n1");
    assertThatThrownBy(() -> log.read(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log.read(Long.MIN_VALUE, 1))
        .isInstanceOf(IllegalArgumentException.class);
    for (int count : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> log.read(0, count))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("" + count);
    }
    assertThatThrownBy(() -> log.read(0, null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> LINEARIZABLE.withTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LINEARIZABLE.withTimeout(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LINEARIZABLE.withTimeout(nothing(Duration.class)))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void shouldLimitAResultInBytesButReturnOneRecordAtLeast() {
    // given: 6 records of 1 MiB
    byte[] large = new byte[LogOptions.DEFAULT_MAX_PAYLOAD_BYTES];
    for (int i = 0; i < 6; i++) {
      get(log("n1").append(p, i, large));
    }
    // when
    ReadResult result = get(log("n1").read(end, 100));
    // then
    assertThat(result.records()).hasSizeBetween(1, 5);
    assertThat(result.nextOffset()).isEqualTo(end + result.records().size());
    assertThat(result.endOffset()).isEqualTo(end + 6);
  }

  @Test
  void shouldLimitAResultOfEmptyRecordsToo() {
    // given
    int perList = 100_000;
    int lists = 6;
    List<byte[]> empty = Collections.nCopies(perList, new byte[0]);
    for (int i = 0; i < lists; i++) {
      get(log("n1").append(p, (long) i * perList, empty));
    }
    // when
    ReadResult result = get(log("n1").read(end, Integer.MAX_VALUE));
    // then: 4 MiB, and each record counts with what it takes in the log
    assertThat(result.records().size()).isBetween(perList, 5 * perList);
    assertThat(result.nextOffset()).isEqualTo(end + result.records().size());
  }

  @Test
  void shouldSeeEveryAcknowledgedAppendOnEveryNodeWhenLinearizable() {
    int sequence = 0;
    for (int round = 0; round < 10; round++) {
      for (String id : cluster.members()) {
        long offset = get(log(id).append(p, sequence, bytes("" + sequence))).offset();
        for (String reader : cluster.members()) {
          ReadResult result = get(log(reader).read(offset, LINEARIZABLE));
          assertThat(result.records()).isNotEmpty();
          assertThat(result.records().get(0).sequence()).isEqualTo(sequence);
        }
        sequence++;
      }
    }
  }

  @Test
  void shouldWaitUntilALaggingNodeHasCaughtUpWhenLinearizable() {
    // given: entries reach the follower late
    String leader = cluster.awaitLeader();
    String follower = cluster.other(leader);
    cluster.network.rule(
        (from, to, frame) ->
            frame.bodyBytes() > 0 && to.value().equals(follower) ? Fate.HOLD : Fate.DELIVER);
    long offset = get(log(leader).append(p, 0, bytes("x"))).offset();
    // when
    failure(log(follower).read(offset + 1), OffsetOutOfRangeException.class);
    CompletableFuture<ReadResult> read = log(follower).read(offset, LINEARIZABLE);
    // then
    await().during(Duration.ofMillis(100)).atMost(SOON).until(() -> !read.isDone());
    cluster.network.heal();
    cluster.network.releaseHeld();
    assertThat(get(read).records()).hasSize(1);
  }

  @Test
  void shouldNotReadStaleOnAnyCutOffNodeWhenLinearizable() {
    // given: two nodes cannot hear the third, be it leader or follower
    appendAll(1);
    for (boolean cutLeader : new boolean[] {true, false}) {
      String leader = cluster.awaitLeader();
      String cutOff = cutLeader ? leader : cluster.other(leader);
      cluster.network.isolate(cutOff);
      CompletableFuture<ReadResult> early =
          log(cutOff).read(end, LINEARIZABLE.withTimeout(Duration.ofMillis(1500)));
      String now = cluster.awaitLeader(cluster.others(cutOff));
      get(log(now).append(p + cutLeader, 0, bytes("unseen")));
      // when
      CompletableFuture<ReadResult> late =
          log(cutOff).read(end, LINEARIZABLE.withTimeout(Duration.ofMillis(500)));
      // then
      failure(late, NoLeaderException.class);
      failure(early, NoLeaderException.class);
      // and as soon as the network is well it sees all
      cluster.network.heal();
      ReadResult result = get(log(cutOff).read(end, LINEARIZABLE));
      assertThat(result.records()).extracting(LogRecord::producerId).contains(p + cutLeader);
    }
  }

  @Test
  void shouldAnswerALinearizableReadThatWasAskedWhileThereWasNoLeader() {
    // given
    appendAll(1);
    String leader = cluster.awaitLeader();
    String other = cluster.other(leader);
    cluster.members().forEach(cluster.network::isolate);
    await().atMost(SOON).until(() -> log(other).status().leader().isEmpty());
    CompletableFuture<ReadResult> read = log(other).read(end, LINEARIZABLE.withTimeout(SOON));
    // when
    cluster.network.heal();
    // then
    assertThat(get(read).records()).hasSize(1);
  }

  @Test
  void shouldNeverShowAnUncommittedRecord() {
    // given: a leader alone
    appendAll(1);
    String leader = cluster.awaitLeader();
    CompletableFuture<AppendResult> uncommitted =
        cluster.appendOnlyTo(leader, p + "u", 0, bytes("maybe"));
    cluster.others(leader).forEach(other -> cluster.network.cutBoth(leader, other));
    // when, then
    await()
        .during(Duration.ofMillis(300))
        .atMost(SOON)
        .until(
            () -> {
              ReadResult local = get(log(leader).read(end));
              failure(log(leader).read(end + 2), OffsetOutOfRangeException.class);
              return local.records().size() == 1 && local.endOffset() == end + 1;
            });
    assertThat(uncommitted).isNotDone();
    // and when it is committed, after all, every node shows it
    cluster.network.heal();
    long offset = get(uncommitted).offset();
    for (String id : cluster.members()) {
      ReadResult result = get(log(id).read(offset, LINEARIZABLE));
      assertThat(result.records().get(0).producerId()).isEqualTo(p + "u");
    }
  }

  @Test
  void shouldRefuseLinearizableReadsAtOnceWhenTooManyWait() {
    // given: nobody can confirm the leader
    appendAll(1);
    String leader = cluster.awaitLeader();
    cluster.network.isolate(leader);
    // when
    ReadOptions patient = LINEARIZABLE.withTimeout(SOON.multipliedBy(3));
    List<CompletableFuture<ReadResult>> reads = new ArrayList<>();
    CompletableFuture<ReadResult> last = log(leader).read(end, patient);
    while (!last.isCompletedExceptionally() && reads.size() < 100_000) {
      reads.add(last);
      last = log(leader).read(end, patient);
    }
    // then
    failure(last, BackpressureException.class);
    assertThat(reads.size()).isLessThan(100_000);
    assertThat(get(log(leader).read(end)).records()).hasSize(1);
    cluster.network.heal();
    reads.forEach(read -> assertThat(get(read).records()).isNotEmpty());
    assertThat(get(log(leader).read(end, LINEARIZABLE)).records()).isNotEmpty();
  }

  @Test
  void shouldGiveReadersViewsThatTheyCannotSpoil() {
    appendAll(1);
    LogRecord record = get(log("n1").read(end)).records().get(0);
    record.payload().get();
    assertThat(record.payload().position()).isZero();
    assertThat(record.payload().isReadOnly()).isTrue();
    assertThat(record.payloadBytes()).isEqualTo(bytes("0"));
    assertThatThrownBy(() -> get(log("n1").read(end)).records().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void shouldNeverLetTheTimestampDecreaseAlongTheLog() {
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      appends.add(log(cluster.members().get(i % 3)).append(p + i % 3, i / 3, bytes("x")));
    }
    appends.forEach(TestCluster::get);
    long last = 0;
    for (LogRecord record : get(log("n1").read(end, 100)).records()) {
      assertThat(record.timestamp()).isGreaterThanOrEqualTo(last);
      last = record.timestamp();
    }
  }

  @Test
  void shouldFindTheFirstOffsetAtOrAfterATime() {
    // given: records of some different milliseconds
    for (int i = 0; i < 100; i++) {
      get(log("n1").append(p, i, bytes("x")));
    }
    cluster.awaitLevel();
    List<LogRecord> records = get(log("n2").read(end, 100)).records();
    for (LogRecord record : records) {
      Instant time = Instant.ofEpochMilli(record.timestamp());
      // when
      long at = get(log("n2").offsetAt(time));
      long before = get(log("n2").offsetAt(time.minusNanos(1)));
      long after = get(log("n2").offsetAt(time.plusNanos(1)));
      // then
      assertThat(at).isEqualTo(firstOffset(records, record.timestamp()));
      assertThat(before).isEqualTo(at);
      assertThat(after).isEqualTo(firstOffset(records, record.timestamp() + 1));
    }
    for (Instant early : List.of(Instant.MIN, Instant.EPOCH)) {
      assertThat(get(log("n3").offsetAt(early))).isZero();
    }
    assertThat(get(log("n3").offsetAt(Instant.MAX))).isEqualTo(end + 100);
  }

  private long firstOffset(List<LogRecord> records, long timestamp) {
    return records.stream()
        .filter(record -> record.timestamp() >= timestamp)
        .mapToLong(LogRecord::offset)
        .findFirst()
        .orElse(end + records.size());
  }

  private void appendAll(int count) {
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      appends.add(log("n1").append(p, i, bytes("" + i)));
    }
    appends.forEach(TestCluster::get);
    cluster.awaitLevel();
  }

  private static RaftLog log(String id) {
    return cluster.log(id);
  }
}
