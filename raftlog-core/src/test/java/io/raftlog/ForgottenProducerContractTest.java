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
import java.util.List;
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
    // when
    followerSendsAgainWhatItDoesNotKnowOf();
    // then
    assertAppended(0, get(append));
    assertThat(cluster.readAll(follower)).containsExactly("p:0=x", "q:0=", "r:0=");
  }

  @Test
  void shouldStoreOnceWhatIsSentAgainAfterItsProducerHasBegunAgain() {
    // given: p has had two lives since
    get(log(leader).append("p", 0, bytes("0")));
    cluster.awaitLevel();
    cluster.network.cut(leader, follower);
    CompletableFuture<AppendResult> append = log(follower).append("p", 1, bytes("x"));
    await().atMost(SOON).until(() -> log(leader).status().endOffset() == 2);
    forgetP();
    get(log(leader).append("p", 0, bytes("again")));
    // when
    followerSendsAgainWhatItDoesNotKnowOf();
    // then
    assertAppended(1, get(append));
    assertThat(cluster.readAll(follower))
        .containsExactly("p:0=0", "p:1=x", "q:0=", "r:0=", "p:0=again");
    assertAppended(5, get(log(leader).append("p", 1, bytes("next"))));
  }

  @Test
  void shouldStoreOnceWhatIsSentAgainAfterItsProducerWasRegisteredAnew() {
    // given
    cluster.network.cut(leader, follower);
    CompletableFuture<AppendResult> append = log(follower).append("p", 0, bytes("x"));
    await().atMost(SOON).until(() -> log(leader).status().endOffset() == 1);
    forgetP();
    Producer anew = get(log(leader).producer("p"));
    // when
    followerSendsAgainWhatItDoesNotKnowOf();
    // then
    assertAppended(0, get(append));
    assertAppended(3, get(anew.append(bytes("first"))));
    cluster.awaitLevel();
    assertThat(cluster.readAll(follower)).containsExactly("p:0=x", "q:0=", "r:0=", "p:0=first");
  }

  @Test
  void shouldStoreOnceWhatIsSentAgainToALeaderThatWasStartedSince() {
    // given: the leader is made of what it had stored
    storeUnheardOf();
    cluster.stop(leader);
    cluster.stop(third);
    cluster.start(leader);
    cluster.start(third);
    leader = cluster.awaitLeader(List.of(leader, third));
    // when
    followerSendsAgainWhatItDoesNotKnowOf();
    // then
    assertThat(cluster.readAll(leader)).containsExactly("p:0=x", "q:0=", "r:0=");
  }

  @Test
  void shouldStoreOnceWhatIsSentAgainToAnotherLeader() {
    // given
    storeUnheardOf();
    cluster.stop(leader);
    leader = third;
    // when
    followerSendsAgainWhatItDoesNotKnowOf();
    // then
    assertThat(cluster.readAll(leader)).containsExactly("p:0=x", "q:0=", "r:0=");
  }

  /** The follower, which is alone then, has sent an append of a producer that is forgotten. */
  private void storeUnheardOf() {
    cluster.network.cut(leader, follower);
    cluster.network.cut(third, follower);
    var unused = log(follower).append("p", 0, bytes("x"));
    await().atMost(SOON).until(() -> log(leader).status().endOffset() == 1);
    forgetP();
    await().atMost(SOON).until(() -> log(third).status().endOffset() == 3);
  }

  @Test
  void shouldStoreOnceWhatIsRepeatedOnANodeThatHasNotHeardOfTheRecord() {
    // given
    Rule holding = holdingEntriesTo(follower);
    cluster.network.rule(holding);
    AppendResult original = get(log(leader).append("p", 0, bytes("x")));
    forgetP();
    // when
    AtomicInteger requests = countRequestsOfFollower(holding);
    CompletableFuture<AppendResult> again = log(follower).append("p", 0, bytes("x"));
    // then: its outcome is known when the follower has the record
    await().atMost(SOON).until(() -> requests.get() > 1);
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
    // when
    followerSendsAgainWhatItDoesNotKnowOf();
    // then: the handle is not fenced by another registration of its own
    failure(get(producer).append(bytes("x")), UnknownProducerException.class);
  }

  @Test
  void shouldRegisterOnceWhatIsSentAgainAfterItsProducerHasBegunAgain() {
    // given
    cluster.network.cut(leader, follower);
    long before = cluster.stored(third).lastIndex();
    CompletableFuture<Producer> producer = log(follower).producer("p");
    await().atMost(SOON).until(() -> cluster.stored(third).lastIndex() > before);
    forgetP();
    get(log(leader).append("p", 0, bytes("plain")));
    // when
    followerSendsAgainWhatItDoesNotKnowOf();
    // then: nor does it take over
    failure(get(producer).append(bytes("x")), UnknownProducerException.class);
    assertThat(get(log(leader).append("p", 1, bytes("plain"))).offset()).isEqualTo(3);
  }

  @Test
  void shouldNotAppendLaterWhatWasRefusedBehindAProducerThatIsForgottenOnlyInPart() {
    // given: p is being forgotten, with an entry that is not committed yet, nor the one behind it
    get(log(leader).append("p", 0, bytes("")));
    get(log(leader).append("q", 0, bytes("")));
    cluster.awaitLevel();
    cluster.stored(follower).hang();
    cluster.stored(third).hang();
    appendAtLeader("r", 0);
    Rule holdingEntries =
        (from, to, frame) ->
            from.value().equals(leader) && frame.bodyBytes() > 0 ? Fate.HOLD : Fate.DELIVER;
    cluster.network.rule(holdingEntries);
    appendAtLeader("r", 1);
    // given: behind a request that is not answered, another with an append of p and one of q that
    // has to be refused
    AtomicInteger requests =
        countRequestsOfFollower(
            (from, to, frame) ->
                to.value().equals(follower) ? Fate.HOLD : holdingEntries.of(from, to, frame));
    CompletableFuture<AppendResult> p1 = log(follower).append("p", 1, bytes(""));
    await().atMost(SOON).until(() -> requests.get() >= 1);
    CompletableFuture<AppendResult> p2 = log(follower).append("p", 2, bytes(""));
    CompletableFuture<AppendResult> q2 = log(follower).append("q", 2, bytes("refused"));
    await().atMost(SOON).until(() -> requests.get() >= 2);
    // when: the first of the two entries is committed, and the request is sent again
    cluster.network.rule(holdingEntries);
    cluster.stored(follower).resume();
    cluster.stored(third).resume();
    await().atMost(SOON).until(() -> log(leader).status().endOffset() == 3);
    AtomicInteger again = countRequestsOfFollower(holdingEntries);
    await().atMost(SOON).until(() -> q2.isDone() || again.get() > 1);
    CompletableFuture<AppendResult> q1 =
        q2.isDone()
            ? log(leader).append("q", 1, bytes(""))
            : CompletableFuture.completedFuture(null);
    release();
    // then
    failure(q2, SequenceGapException.class);
    get(q1);
    failure(p1, AppendOutcomeUnknownException.class);
    failure(p2, AppendOutcomeUnknownException.class);
    cluster.awaitLevel();
    get(log(leader).append("q", 1, bytes("")));
    assertAppended(5, get(log(leader).append("q", 2, bytes("another"))));
  }

  /** Two others append. */
  private void forgetP() {
    get(log(leader).append("q", 0, bytes("")));
    get(log(leader).append("r", 0, bytes("")));
  }

  /**
   * The follower hears of its leader before it hears of what has happened, sends again what has no
   * outcome, is answered, and then hears the rest.
   */
  private void followerSendsAgainWhatItDoesNotKnowOf() {
    await().atMost(SOON).until(() -> log(follower).status().leader().isEmpty());
    AtomicInteger requests = countRequestsOfFollower(holdingEntriesTo(follower));
    cluster.network.reconnect();
    await().atMost(SOON).until(() -> requests.get() > 1);
    release();
    cluster.awaitLevel();
  }

  /**
   * Counts from here on. Once more is known of the follower's requests than one, the first one was
   * answered, or its answer was waited for in vain.
   */
  private AtomicInteger countRequestsOfFollower(Rule rule) {
    AtomicInteger requests = new AtomicInteger();
    cluster.network.rule(
        (from, to, frame) -> {
          if (from.value().equals(follower) && frame.bodyBytes() > 0) {
            requests.incrementAndGet();
          }
          return rule.of(from, to, frame);
        });
    return requests;
  }

  private void appendAtLeader(String producer, long sequence) {
    long before = cluster.stored(leader).lastIndex();
    var unused = log(leader).append(producer, sequence, bytes(""));
    await().atMost(SOON).until(() -> cluster.stored(leader).lastIndex() > before);
  }

  /** From anybody, since another may lead meanwhile. */
  private static Rule holdingEntriesTo(String node) {
    return (from, to, frame) ->
        to.value().equals(node) && frame.bodyBytes() > 0 ? Fate.HOLD : Fate.DELIVER;
  }

  private void release() {
    cluster.network.heal();
    cluster.network.releaseHeld();
  }

  private RaftLog log(String id) {
    return cluster.log(id);
  }
}
