package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static io.raftlog.TestCluster.assertAppended;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.ChaosNetwork.Fate;
import io.raftlog.ChaosNetwork.Rule;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A log that remembers two producers, and a node that has not come to the entry with which one of
 * them was forgotten.
 */
class ForgottenProducerContractTest {
  private TestCluster cluster;
  private String leader;
  private String follower;
  private String third;

  @BeforeEach
  void start() {
    cluster = TestCluster.started(3, options());
    leader = cluster.awaitLeader();
    follower = cluster.others(leader).get(0);
    third = cluster.others(leader).get(1);
    cluster.awaitLevel();
  }

  private static LogOptions options() {
    return TestCluster.calm().electionTimeout(Duration.ofSeconds(1)).maxProducers(2).build();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void shouldStoreOnceWhatIsSentAgainAfterItsProducerWasForgotten() throws Exception {
    // given: the others store what the follower has sent, and the follower hears nothing of it
    cluster.network.cut(leader, follower);
    CompletableFuture<AppendResult> append = log(follower).append("p", 0, bytes("x"));
    await().atMost(SOON).until(() -> log(leader).status().endOffset() == 1);
    forgetP();
    await().atMost(SOON).until(() -> log(follower).status().leader().isEmpty());
    // when: it hears of its leader before it hears of what has happened
    AtomicInteger sentAgain = new AtomicInteger();
    Rule holding = holdingEntriesTo(follower);
    cluster.network.rule(
        (from, to, frame) -> {
          if (from.value().equals(follower) && frame.bodyBytes() > 0) {
            sentAgain.incrementAndGet();
          }
          return holding.of(from, to, frame);
        });
    cluster.network.reconnect();
    await().atMost(SOON).until(() -> sentAgain.get() > 0);
    Thread.sleep(300);
    release();
    // then
    assertAppended(0, get(append));
    assertThat(cluster.readAll(follower)).containsExactly("p:0=x", "q:0=", "r:0=");
  }

  @Test
  void shouldStoreOnceWhatIsRepeatedOnANodeThatHasNotHeardOfTheRecord() throws Exception {
    // given
    cluster.network.rule(holdingEntriesTo(follower));
    AppendResult original = get(log(leader).append("p", 0, bytes("x")));
    forgetP();
    // when
    CompletableFuture<AppendResult> again = log(follower).append("p", 0, bytes("x"));
    // then: its outcome is known when the follower has the record
    Thread.sleep(300);
    assertThat(again).isNotDone();
    release();
    assertThat(get(again).offset()).isEqualTo(original.offset());
    assertThat(cluster.readAll(follower)).containsExactly("p:0=x", "q:0=", "r:0=");
  }

  @Test
  void shouldBeginAgainWithAForgottenIdWhereThatIsKnown() {
    get(log(leader).append("p", 0, bytes("x")));
    forgetP();
    cluster.awaitLevel();

    assertAppended(3, get(log(follower).append("p", 0, bytes("x"))));
  }

  @Test
  void shouldRegisterOnceWhatIsSentAgainAfterItsProducerWasForgotten() {
    // given: as with records
    cluster.network.cut(leader, follower);
    long before = cluster.stored(third).lastIndex();
    CompletableFuture<Producer> producer = log(follower).producer("p");
    await().atMost(SOON).until(() -> cluster.stored(third).lastIndex() > before);
    forgetP();
    await().atMost(SOON).until(() -> log(follower).status().leader().isEmpty());
    // when
    cluster.network.rule(holdingEntriesTo(follower));
    cluster.network.reconnect();
    await().atMost(SOON).until(() -> log(follower).status().leader().isPresent());
    release();
    // then: the handle is not fenced by another registration of its own
    failure(get(producer).append(bytes("x")), UnknownProducerException.class);
  }

  @Test
  void shouldNotAppendLaterWhatWasRefusedBehindAProducerThatIsForgottenOnlyInPart()
      throws Exception {
    // given: p is being forgotten, with an entry that is not committed yet, nor the one behind it
    get(log(leader).append("p", 0, bytes("")));
    get(log(leader).append("q", 0, bytes("")));
    cluster.awaitLevel();
    cluster.stored(follower).hang();
    cluster.stored(third).hang();
    appendAtLeader("r", 0);
    cluster.network.rule(
        (from, to, frame) ->
            from.value().equals(leader) && frame.bodyBytes() > 0 ? Fate.HOLD : Fate.DELIVER);
    appendAtLeader("r", 1);
    // given: one request with an append of p, and one of q that has to be refused
    Rule holdingEntries = cluster.network.rule();
    cluster.network.rule(
        (from, to, frame) ->
            from.value().equals(leader) && to.value().equals(follower)
                ? Fate.HOLD
                : holdingEntries.of(from, to, frame));
    CompletableFuture<AppendResult> first = log(follower).append("q", 0, bytes(""));
    CompletableFuture<AppendResult> p1 = log(follower).append("p", 1, bytes(""));
    CompletableFuture<AppendResult> q2 = log(follower).append("q", 2, bytes("refused"));
    Thread.sleep(200);
    cluster.network.rule(holdingEntries);
    // when: the first of the two entries is committed, and the request is sent again
    cluster.stored(follower).resume();
    cluster.stored(third).resume();
    await().atMost(SOON).until(() -> log(leader).status().endOffset() == 3);
    Thread.sleep(1500);
    CompletableFuture<AppendResult> q1 =
        q2.isDone()
            ? log(leader).append("q", 1, bytes(""))
            : CompletableFuture.completedFuture(null);
    release();
    // then
    failure(q2, SequenceGapException.class);
    get(q1);
    get(first);
    failure(p1, RaftLogException.class);
    cluster.awaitLevel();
    get(log(leader).append("q", 1, bytes("")));
    assertAppended(5, get(log(leader).append("q", 2, bytes("another"))));
  }

  /** Two others append. */
  private void forgetP() {
    get(log(leader).append("q", 0, bytes("")));
    get(log(leader).append("r", 0, bytes("")));
  }

  private void appendAtLeader(String producer, long sequence) {
    long before = cluster.stored(leader).lastIndex();
    var unused = log(leader).append(producer, sequence, bytes(""));
    await().atMost(SOON).until(() -> cluster.stored(leader).lastIndex() > before);
  }

  private Rule holdingEntriesTo(String node) {
    return (from, to, frame) ->
        from.value().equals(leader) && to.value().equals(node) && frame.bodyBytes() > 0
            ? Fate.HOLD
            : Fate.DELIVER;
  }

  private void release() {
    cluster.network.heal();
    cluster.network.releaseHeld();
  }

  private RaftLog log(String id) {
    return cluster.log(id);
  }
}
