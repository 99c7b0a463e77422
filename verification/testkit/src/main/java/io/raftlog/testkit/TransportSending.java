package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * The part of {@link TransportContract} on who gets nothing, and on send, which neither blocks nor
 * throws whatever becomes of the frame: that it did not block is checked after every test.
 */
abstract class TransportSending extends TransportDelivery {
  @Test
  void shouldDropFramesToItself() {
    // given
    List<TestNode> nodes = startNodes(2);

    // when
    nodes.get(0).send(nodes.get(0).id(), TestFrames.sealed(newSeed()));

    // then
    connect(nodes.get(0), nodes.get(1));
    keepVigil();
    assertThat(nodes.get(0).recorder().senders()).containsExactly(nodes.get(1).id());
  }

  @Test
  void shouldDropFramesToUnknownNodes() {
    // given
    List<TestNode> nodes = startNodes(2);

    // when
    for (int i = 0; i < 100; i++) {
      nodes.get(0).send(new NodeId("stranger"), TestFrames.sealed(newSeed(), 1_000));
    }

    // then
    connect(nodes.get(0), nodes.get(1));
  }

  @Test
  void shouldNotExchangeFramesWithANodeThatIsNoMember() {
    // given: n3 knows the others, who do not know it
    Map<NodeId, String> three = members("n1", "n2", "n3");
    Map<NodeId, String> two = new HashMap<>(three);
    two.remove(new NodeId("n3"));
    TestNode first = start("n1", two);
    TestNode second = start("n2", two);
    TestNode stranger = start("n3", three);

    // when
    sendForAWhile(first, stranger);
    sendForAWhile(stranger, first);

    // then: the recorder of n1 would not let a frame of n3 pass either
    connect(first, second);
    assertThat(stranger.recorder().senders()).isEmpty();
    assertThat(first.recorder().senders()).containsExactly(second.id());
  }

  @Test
  void shouldNotExchangeFramesWithANodeOfAnotherCluster() {
    // given: it has a member's name and address
    Map<NodeId, String> members = members("n1", "n2", "n3");
    TestNode first = start("n1", members);
    TestNode second = start("n2", members);
    TestNode foreign = start(foreignContext("contrac", "n3", members));

    // when
    sendForAWhile(first, foreign);
    sendForAWhile(foreign, first);
    sendForAWhile(foreign, second);

    // then
    connect(first, second);
    assertThat(foreign.recorder().senders()).isEmpty();
    assertThat(first.recorder().senders()).containsExactly(second.id());
    assertThat(second.recorder().senders()).containsExactly(first.id());

    // when
    foreign.close();

    // then: it was no connection to a member that was lost
    keepVigil();
    assertThat(first.recorder().wasDisconnectedFrom(foreign.id())).isFalse();

    // when: the real one comes
    TestNode third = start("n3", members);

    // then
    connect(first, third);
    connect(second, third);
  }

  private void sendForAWhile(TestNode from, TestNode to) {
    long end = System.nanoTime() + vigil().toNanos();
    patient()
        .until(
            "the time is up",
            () -> {
              from.send(to, TestFrames.sealed(newSeed()));
              return System.nanoTime() - end >= 0;
            });
  }

  @Test
  void shouldTakeFramesBeforeAPeerIsUpAndReachItThen() {
    // given
    Map<NodeId, String> members = members("n1", "n2");
    TestNode early = start("n1", members);
    for (int i = 0; i < 2_000; i++) {
      early.send(new NodeId("n2"), TestFrames.sealed(newSeed(), 10_000));
    }

    // when
    TestNode late = start("n2", members);

    // then
    connect(early, late);
  }

  @Test
  void shouldTakeFramesWhenAPeerIsDead() throws InterruptedException {
    // given
    List<TestNode> nodes = startNodes(2);
    connect(nodes.get(0), nodes.get(1));

    // when
    AtomicBoolean dead = new AtomicBoolean();
    TestThreads killer = new TestThreads();
    killer.start(
        () -> {
          nodes.get(1).close();
          dead.set(true);
        });

    // then
    int afterDeath = 0;
    for (int i = 0; afterDeath < 2_000; i++) {
      nodes.get(0).send(nodes.get(1), TestFrames.sealed(newSeed(), 1_000 + i % 1_000));
      afterDeath += dead.get() ? 1 : 0;
    }
    killer.join();
  }

  @Test
  void shouldTakeFramesFromAnInterruptedThread() {
    // given
    List<TestNode> nodes = startNodes(2);
    connect(nodes.get(0), nodes.get(1));

    // when
    boolean stillInterrupted;
    Thread.currentThread().interrupt();
    try {
      nodes.get(0).send(nodes.get(1), TestFrames.sealed(newSeed(), 100_000));
    } finally {
      stillInterrupted = Thread.interrupted();
    }

    // then
    assertThat(stillInterrupted).isTrue();
    connect(nodes.get(0), nodes.get(1));
  }

  @Test
  void shouldDropFramesAfterClose() {
    // given
    List<TestNode> nodes = startNodes(2);
    connect(nodes.get(0), nodes.get(1));
    nodes.get(0).close();
    long seed = newSeed();
    nodes.get(1).recorder().keepOnly(received -> TestFrames.seedOf(received.frame()) == seed);

    // when
    nodes.get(0).send(nodes.get(1), TestFrames.sealed(seed));
    nodes.get(0).send(new NodeId("stranger"), TestFrames.sealed(newSeed()));

    // then
    keepVigil();
    assertThat(nodes.get(1).recorder().received())
        .noneMatch(received -> TestFrames.seedOf(received.frame()) == seed);
  }
}
