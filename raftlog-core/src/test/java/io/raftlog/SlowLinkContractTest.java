package io.raftlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What takes longer to be sent than an election timeout: it is neither taken for lost, nor does it
 * cost a leader. Bytes are counted where nodes send them, before a link may drop them.
 */
class SlowLinkContractTest {
  /** Three times and more what each of these needs when nothing is sent twice. */
  private static final Duration LONG = Duration.ofSeconds(30);

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  private TestCluster cluster;

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void shouldKeepItsLeaderWhileEntriesFillTheLink() {
    // given: one payload takes almost two election timeouts
    LogOptions patient = LogOptions.builder().electionTimeout(Duration.ofSeconds(2)).build();
    cluster = TestCluster.started(3, patient);
    String leader = cluster.awaitLeader();
    long term = term();
    for (String from : cluster.members()) {
      cluster.others(from).forEach(to -> cluster.network.slow(from, to, 300_000));
    }
    // when
    int count = 4;
    List<CompletableFuture<AppendResult>> appends = append(leader, count, MIB);
    // then
    awaitAll(appends);
    assertThat(term()).isBetween(term, term + 1);
    for (String id : cluster.others(leader)) {
      assertThat(cluster.network.bytes(leader, id)).isLessThan(elections(term) * 3 * count * MIB);
    }
  }

  @Test
  void shouldNotFillTheLinkWithCopiesOfForwardedAppends() {
    // given: the appends together take four seconds, and eight timeouts pass meanwhile
    cluster = TestCluster.started(3, LogOptions.DEFAULT);
    String leader = cluster.awaitLeader();
    String follower = cluster.other(leader);
    cluster.network.slow(follower, leader, 2_500_000);
    long term = term();
    // when
    int count = 40;
    List<CompletableFuture<AppendResult>> appends = append(follower, count, 256 * KIB);
    // then
    awaitAll(appends);
    assertThat(cluster.network.bytes(follower, leader))
        .isLessThan(elections(term) * 4 * count * 256 * KIB);
  }

  @Test
  void shouldCatchUpOverASlowLink() {
    // given: what a follower lacks is not in its leader's memory, and each 1 MiB takes 700 ms
    cluster = TestCluster.started(3, LogOptions.builder().cacheBytes(MIB).build());
    String leader = cluster.awaitLeader();
    String follower = cluster.other(leader);
    cluster.stop(follower);
    int count = 60;
    append(leader, count, 100 * KIB).forEach(TestCluster::get);
    cluster.network.slow(leader, follower, 1_500_000);
    long before = cluster.network.bytes(leader, follower);
    // when
    cluster.start(follower);
    // then
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(cluster.log(follower).status().endOffset()).isEqualTo(count));
    assertThat(cluster.network.bytes(leader, follower) - before).isLessThan(3L * count * 100 * KIB);
  }

  private List<CompletableFuture<AppendResult>> append(String id, int count, int bytes) {
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      appends.add(cluster.log(id).append("p", i, new byte[bytes]));
    }
    return appends;
  }

  private static void awaitAll(List<CompletableFuture<AppendResult>> appends) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(appends.stream().filter(CompletableFuture::isDone).count())
                    .isEqualTo(appends.size()));
    appends.forEach(TestCluster::get);
  }

  /** How many leaders there were since a term: each may be sent everything anew. */
  private long elections(long since) {
    return term() - since + 1;
  }

  /** The highest of all nodes. */
  private long term() {
    return cluster.running().stream()
        .mapToLong(id -> cluster.log(id).status().term())
        .max()
        .orElseThrow();
  }
}
