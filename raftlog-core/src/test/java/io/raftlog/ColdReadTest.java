package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.spi.StorageException;
import io.raftlog.spi.StoredEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads of what is no longer in memory. */
class ColdReadTest {
  private static final LogOptions NO_CACHE = TestCluster.calm().cacheBytes(0).build();
  private static final ReadOptions LINEARIZABLE =
      ReadOptions.DEFAULT.withConsistency(Consistency.LINEARIZABLE);

  /** Enough to be in the middle of them; without a bound a slow machine runs out of memory. */
  private static final int MOST_READS = 50_000;

  private TestCluster cluster;

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void shouldReadTheSameFromTheStorageAsFromMemory() {
    // given: one node has a cache, the others have none
    cluster = TestCluster.of(3, NO_CACHE);
    cluster.put("n1", cluster.builder("n1").log(TestCluster.LOG, TestCluster.CALM).start());
    cluster.startAll();
    cluster.awaitLeader();
    Random random = new Random(5);
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] payload = new byte[random.nextInt(3000)];
      random.nextBytes(payload);
      appends.add(cluster.log("n" + (1 + i % 3)).append("p" + i % 3, i / 3, payload));
    }
    appends.forEach(TestCluster::get);
    cluster.awaitLevel();
    List<String> hot = cluster.readAll("n1");
    // when, then
    assertThat(hot).hasSize(300);
    assertThat(cluster.readAll("n2")).isEqualTo(hot);
    assertThat(cluster.readAll("n3")).isEqualTo(hot);
    for (int i = 0; i < 100; i++) {
      long offset = random.nextInt(300);
      int count = 1 + random.nextInt(40);
      ReadResult expected = get(cluster.log("n1").read(offset, count));
      ReadResult cold = get(cluster.log("n2").read(offset, count));
      // A cold read may be shorter: it ends where one read of the storage does.
      assertThat(cold.records()).isNotEmpty();
      assertThat(texts(expected)).startsWith(texts(cold).toArray(new String[0]));
      assertThat(cold.nextOffset()).isEqualTo(offset + cold.records().size());
      assertThat(get(cluster.log("n3").read(offset, LINEARIZABLE)).records()).isNotEmpty();
    }
  }

  @Test
  void shouldFindAnOffsetByTimeOnDisk() {
    // given
    cluster = TestCluster.started(1, NO_CACHE);
    for (int i = 0; i < 50; i++) {
      get(cluster.log("n1").append("p", i, bytes("" + i)));
    }
    // when, then: the same millisecond's first
    for (int i = 0; i < 50; i++) {
      long time = get(cluster.log("n1").read(i)).records().get(0).timestamp();
      long found = get(cluster.log("n1").offsetAt(Instant.ofEpochMilli(time)));
      assertThat(found).isLessThanOrEqualTo(i);
      assertThat(get(cluster.log("n1").read(found)).records().get(0).timestamp()).isEqualTo(time);
      if (found > 0) {
        assertThat(get(cluster.log("n1").read(found - 1)).records().get(0).timestamp())
            .isLessThan(time);
      }
    }
  }

  @Test
  void shouldNeverServeFromMemoryWhatWasReplacedOnDisk() {
    // given: a deposed leader has an uncommitted entry on disk, after one that it reads from there
    cluster = TestCluster.started(3, NO_CACHE);
    String old = cluster.awaitLeader();
    get(cluster.log(old).append("p", 0, bytes("committed")));
    CompletableFuture<AppendResult> lost = cluster.appendOnlyTo(old, "lost", 0, bytes("replaced"));
    cluster.network.isolate(old);
    assertThat(get(cluster.log(old).read(0)).records()).hasSize(1);
    // when: others commit another record at its offset
    String now = cluster.awaitLeader(cluster.others(old));
    get(cluster.log(now).append("q", 0, bytes("real")));
    cluster.network.heal();
    assertThat(get(lost).offset()).isEqualTo(2);
    // then
    cluster.awaitLevel();
    for (String id : cluster.members()) {
      assertThat(cluster.readAll(id))
          .containsExactly("p:0=committed", "q:0=real", "lost:0=replaced");
    }
  }

  @Test
  void shouldNotLetReadersThatBlockInTheirCallbacksStallOthers() {
    // given: as many as there can be read the disk, and block when they are told
    cluster = TestCluster.started(3, NO_CACHE);
    String leader = cluster.awaitLeader();
    String behind = cluster.other(leader);
    cluster.stop(behind);
    for (int i = 0; i < 20; i++) {
      get(cluster.log(leader).append("p", i, bytes("" + i)));
    }
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch readGate = new CountDownLatch(1);
    cluster.stored(leader).gateReads(readGate);
    List<CompletableFuture<?>> blocked = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      blocked.add(cluster.log(leader).read(i).thenAccept(result -> awaitQuietly(gate)));
    }
    readGate.countDown();
    // when
    cluster.start(behind);
    // then: the leader reads its disk for the follower all the same
    await().atMost(SOON).until(() -> cluster.log(behind).status().endOffset() == 20);
    gate.countDown();
    blocked.forEach(TestCluster::get);
  }

  @Test
  void shouldRefuseReadsAtOnceWhenTooManyWaitForTheDisk() {
    // given
    cluster = TestCluster.started(1, NO_CACHE);
    RaftLog log = cluster.log("n1");
    get(log.append("p", 0, bytes("x")));
    CountDownLatch gate = new CountDownLatch(1);
    cluster.stored("n1").gateReads(gate);
    // when
    List<CompletableFuture<ReadResult>> reads = new ArrayList<>();
    for (int i = 0; i < 11_000; i++) {
      reads.add(log.read(0));
    }
    // then
    CompletableFuture<ReadResult> last = reads.get(reads.size() - 1);
    assertThat(last).isCompletedExceptionally();
    failure(last, BackpressureException.class);
    // and the replica is well
    assertThat(get(log.append("p", 1, bytes("y"))).offset()).isEqualTo(1);
    gate.countDown();
    assertThat(get(reads.get(0)).records()).isNotEmpty();
    for (CompletableFuture<ReadResult> read : reads) {
      Throwable refused = get(read.handle((result, thrown) -> thrown));
      assertThat(refused == null || refused instanceof BackpressureException).isTrue();
    }
  }

  /**
   * Seen: what waited for the disk was told nothing when the replica stopped, or the node closed.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldTellReadsThatWaitForADiskThatHangs(boolean fails) {
    // given
    cluster = TestCluster.started(1, NO_CACHE);
    RaftLog log = cluster.log("n1");
    get(log.append("p", 0, bytes("x")));
    CountDownLatch gate = new CountDownLatch(1);
    cluster.stored("n1").gateReads(gate);
    List<CompletableFuture<?>> reads = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      reads.add(log.read(0));
      reads.add(log.read(0, LINEARIZABLE));
      reads.add(log.offsetAt(Instant.EPOCH));
    }
    // when
    if (fails) {
      cluster.stored("n1").failWrites(() -> new StorageException("Input/output error", null));
      failure(log.append("p", 1, bytes("y")), LogFailedException.class);
    } else {
      cluster.stop("n1");
    }
    // then
    for (CompletableFuture<?> read : reads) {
      if (fails) {
        failure(read, LogFailedException.class);
      } else {
        failure(read, NodeClosedException.class);
      }
    }
    gate.countDown();
  }

  @Test
  void shouldTellThatTheDiskFailed() {
    StorageException failed = new StorageException("Input/output error", null);
    assertTold(failed, LogFailedException.class);
  }

  @Test
  void shouldTellThatTheStorageFoundCorruptedBytes() {
    StorageException failed = StorageException.corrupted("block checksum mismatch", null);
    assertTold(failed, CorruptedLogException.class);
  }

  private void assertTold(StorageException cause, Class<? extends RaftLogException> type) {
    // given: n2 reads its disk
    cluster = TestCluster.started(3, NO_CACHE);
    for (int i = 0; i < 3; i++) {
      get(cluster.log("n2").append("p", i, bytes("payload " + i)));
    }
    cluster.awaitLevel();
    cluster.stored("n2").failReads(cause);
    // when
    RaftLogException failed = failure(cluster.log("n2").read(1), type);
    // then
    assertThat(failed).hasMessageContaining(cause.getMessage());
    await().atMost(SOON).until(() -> cluster.log("n2").status().failure().isPresent());
    assertThat(get(cluster.log("n1").read(1)).records()).isNotEmpty();
  }

  @Test
  void shouldNotServeACorruptedEntryAndStopOnlyThatReplica() {
    // given: n2 no longer has offset 1 in memory, since its loop has gone on to another append of
    // its own; right after it is applied an entry may still be there
    cluster = TestCluster.started(3, NO_CACHE);
    for (int i = 0; i < 3; i++) {
      get(cluster.log("n2").append("p", i, bytes("payload " + i)));
    }
    cluster.awaitLevel();
    cluster.stored("n2").flip(indexOf(1, "n2"), 700);
    // when
    CorruptedLogException corrupted =
        failure(cluster.log("n2").read(1), CorruptedLogException.class);
    // then
    assertThat(corrupted).hasMessageContaining("offset 1");
    await().atMost(SOON).until(() -> cluster.log("n2").status().role() == LogStatus.Role.FAILED);
    LogFailedException failed =
        failure(cluster.log("n2").append("p", 3, bytes("x")), LogFailedException.class);
    assertThat(failed.fate()).isEqualTo(RaftLogException.Fate.NOT_APPENDED);
    failure(cluster.log("n2").read(0), LogFailedException.class);
    failure(cluster.log("n2").read(0, LINEARIZABLE), LogFailedException.class);
    // and the others go on
    assertThat(get(cluster.log("n3").append("p", 3, bytes("x"))).offset()).isEqualTo(3);
    assertThat(get(cluster.log("n1").read(1)).records()).isNotEmpty();
  }

  @Test
  void shouldNotSendACorruptedEntryToAFollower() {
    // given: a follower needs an entry that is damaged on the leader's disk
    cluster = TestCluster.started(3, NO_CACHE);
    String leader = cluster.awaitLeader();
    String behind = cluster.other(leader);
    String third = cluster.others(leader).stream().filter(id -> !id.equals(behind)).toList().get(0);
    cluster.stop(behind);
    get(cluster.log(leader).append("p", 0, bytes("payload 0")));
    get(cluster.log(leader).append("p", 1, bytes("payload 1")));
    await().atMost(SOON).until(() -> cluster.log(third).status().endOffset() == 2);
    cluster.stored(leader).flip(indexOf(1, leader), 600);
    // when
    cluster.start(behind);
    // then: the leader finds out and stops, another one leads, and all is well there
    await().atMost(SOON).until(() -> cluster.log(behind).status().endOffset() == 2);
    assertThat(cluster.readAll(behind)).containsExactly("p:0=payload 0", "p:1=payload 1");
    assertThat(cluster.log(leader).status().role()).isEqualTo(LogStatus.Role.FAILED);
    assertThat(cluster.log(leader).status().failure()).isPresent();
    assertThat(get(cluster.log(third).append("p", 2, bytes("2"))).offset()).isEqualTo(2);
  }

  @Test
  void shouldFailAReadWhateverTheStorageThrows() {
    cluster = TestCluster.started(1, NO_CACHE);
    get(cluster.log("n1").append("p", 0, bytes("x")));
    cluster.stored("n1").failReads(new IllegalStateException("a bug of the storage"));
    RaftLogException failed = failure(cluster.log("n1").read(0), RaftLogException.class);
    assertThat(failed).hasMessageContaining("a bug of the storage");
  }

  @Test
  void shouldCompleteEveryReadOfANodeThatIsClosed() {
    // given: readers of every kind, as fast as they can
    cluster = TestCluster.started(1, NO_CACHE);
    RaftLog log = cluster.log("n1");
    get(log.append("p", 0, bytes("x")));
    for (int round = 0; round < 30; round++) {
      List<CompletableFuture<ReadResult>> reads = new ArrayList<>();
      RaftLog closing = cluster.log("n1");
      CountDownLatch started = new CountDownLatch(1);
      Thread reader =
          new Thread(
              () -> {
                started.countDown();
                while (!isClosed(closing) && reads.size() < MOST_READS) {
                  reads.add(closing.read(0, LINEARIZABLE));
                  reads.add(closing.read(0));
                }
                await().pollDelay(Duration.ZERO).atMost(SOON).until(() -> isClosed(closing));
                reads.add(closing.read(0, LINEARIZABLE));
                reads.add(closing.read(0));
              });
      reader.start();
      awaitQuietly(started);
      // when
      cluster.stop("n1");
      joinQuietly(reader);
      // then
      for (CompletableFuture<ReadResult> read : reads) {
        get(read.handle((result, thrown) -> 0));
      }
      failure(reads.get(reads.size() - 1), NodeClosedException.class);
      cluster.start("n1");
      cluster.awaitLeader();
    }
  }

  private static boolean isClosed(RaftLog log) {
    return log.status().role() == LogStatus.Role.CLOSED;
  }

  private long indexOf(long offset, String node) {
    return cluster.stored(node).entries().stream()
        .filter(entry -> entry.recordCount() > 0 && entry.firstOffset() <= offset)
        .mapToLong(StoredEntry::index)
        .max()
        .orElseThrow();
  }

  private static List<String> texts(ReadResult result) {
    return result.records().stream().map(TestCluster::text).toList();
  }

  private static void awaitQuietly(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void joinQuietly(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
