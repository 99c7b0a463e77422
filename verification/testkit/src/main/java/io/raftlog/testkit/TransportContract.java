package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.spi.Frame;
import io.raftlog.spi.Transport;
import io.raftlog.spi.TransportContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every {@link Transport} must do, as tests. Extend it, and make your transports:
 *
 * <pre>{@code
 * class MyTransportContractTest extends TransportContract {
 *   @Override
 *   protected Transport newTransport() {
 *     return new MyTransport();
 *   }
 * }
 * }</pre>
 *
 * <p>The other methods that can be overridden say what the transport's addresses are, and what it
 * cannot do; the tests of that are skipped then, and say so. The tests demand no more than the SPI
 * promises: a transport that drops, delays, repeats and reorders frames passes them, if now and
 * then one arrives.
 *
 * <p>JUnit makes one instance for each test, so a field of your class (a network, say) is shared by
 * the transports of one test and by nothing else.
 */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
public abstract class TransportContract extends TransportFaults {
  /**
   * A close that takes longer each time waits for something that does not come: 5 s. One alone may
   * have had no processor for a while.
   */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** For the author's subclass. */
  protected TransportContract() {}

  @Test
  void shouldStartWhenNoPeerCanBeReached() {
    // given
    Map<NodeId, String> members = members("n1", "n2", "n3");

    // when
    TestNode alone = start("n1", members);

    // then
    alone.send(new NodeId("n2"), TestFrames.sealed(newSeed()));
    keepVigil();
    alone.close();
  }

  @Test
  void shouldStartWithoutPeers() {
    // given, when
    TestNode alone = start("n1", members("n1"));

    // then
    alone.send(new NodeId("n2"), TestFrames.sealed(newSeed()));
    alone.close();
  }

  @Test
  void shouldReachAPeerThatRestarts() {
    // given
    Map<NodeId, String> members = members("n1", "n2");
    TestNode survivor = start("n1", members);
    TestNode restarted = start("n2", members);
    connect(survivor, restarted);
    for (int i = 0; i < 3; i++) {
      // when
      restarted.close();
      restarted = start("n2", members);

      // then
      connect(survivor, restarted);
    }
  }

  @Test
  void shouldReachAPeerThatComesBackAsAnotherIncarnation() {
    // given
    Map<NodeId, String> members = members("n1", "n2");
    TestNode survivor = start("n1", members);
    TestNode wiped = start("n2", members);
    connect(survivor, wiped);

    // when
    wiped.close();
    reincarnate("n2");
    TestNode reborn = start("n2", members);

    // then
    connect(survivor, reborn);
  }

  @Test
  void shouldReportALostConnection() {
    assumeTrue(reportsDisconnects(), "the author says that lost connections are not reported");
    // given
    List<TestNode> nodes = startNodes(3);
    connect(nodes.get(0), nodes.get(1));
    connect(nodes.get(0), nodes.get(2));

    // when
    nodes.get(1).close();

    // then
    FrameRecorder recorder = nodes.get(0).recorder();
    patient()
        .until("onDisconnected is called", () -> recorder.wasDisconnectedFrom(nodes.get(1).id()));
    connect(nodes.get(0), nodes.get(2));
  }

  @Test
  void shouldRefuseAnAddressThatCannotBeParsed() {
    assumeTrue(
        malformedAddress().isPresent(), "the author says that any text will do as an address");
    // given
    String malformed = malformedAddress().orElseThrow();
    TransportContext context = context("n1", Map.of(new NodeId("n1"), malformed));

    // when, then
    ThreadCensus census = ThreadCensus.take();
    assertRefused(context, Reason.BAD_ADDRESS);
    assertNoThreadsSince(census);
  }

  @Test
  void shouldRefuseAnAddressThatIsTaken() {
    assumeTrue(addressesAreExclusive(), "the author says that several may share an address");
    // given
    List<TestNode> nodes = startNodes(2);
    connect(nodes.get(0), nodes.get(1));
    TransportContext taken = nodes.get(0).context();

    // when, then
    ThreadCensus census = ThreadCensus.take();
    assertRefused(taken, Reason.ADDRESS_IN_USE);
    assertNoThreadsSince(census);

    // then: whoever has the address is not harmed
    connect(nodes.get(0), nodes.get(1));

    // when
    nodes.get(0).close();

    // then
    connect(start(taken), nodes.get(1));
  }

  /** The refused transport is closed as well: that must not disturb anybody. */
  private void assertRefused(TransportContext context, Reason reason) {
    Transport transport = newTransport();
    FrameRecorder recorder = new FrameRecorder(context);
    try {
      assertThatThrownBy(() -> transport.start(context, recorder))
          .isInstanceOfSatisfying(
              NodeStartException.class,
              e -> {
                assertThat(e.reason()).isEqualTo(reason);
                assertThat(e.getMessage()).isNotBlank();
              });
    } finally {
      transport.close();
    }
  }

  private void assertNoThreadsSince(ThreadCensus census) {
    assertThat(census.newcomers(this::belongsToTheJvm))
        .as("threads that a closed transport has left")
        .isEmpty();
  }

  @Test
  void shouldCloseBeforeStart() {
    Transport transport = newTransport();

    transport.close();
    transport.close();
  }

  @Test
  void shouldCloseAgain() {
    // given
    List<TestNode> nodes = startNodes(2);
    connect(nodes.get(0), nodes.get(1));

    // when
    nodes.get(0).close();
    nodes.get(0).close();
    TestNode restarted = start(nodes.get(0).context());
    nodes.get(0).close();

    // then: the last close was the old transport's
    connect(restarted, nodes.get(1));
  }

  @Test
  void shouldFreeItsAddressWhenClosed() {
    // given
    Map<NodeId, String> members = members("n1", "n2");
    TestNode peer = start("n2", members);
    for (int i = 0; i < 10; i++) {
      TestNode node = start("n1", members);
      if (i % 2 == 0) {
        connect(node, peer);
      }

      // when, then: the next one can start at once
      node.close();
    }
  }

  @Test
  void shouldLeaveNoThreadsWhenClosed() {
    // given
    ThreadCensus census = ThreadCensus.take();
    Map<NodeId, String> members = members("n1", "n2", "n3");
    TestNode one = start("n1", members);
    TestNode other = start("n2", members);
    connect(one, other);

    // when
    one.close();
    other.close();

    // then
    assertNoThreadsSince(census);
  }

  @Test
  void shouldCallNobodyAfterCloseInTheMiddleOfTraffic() throws InterruptedException {
    List<Duration> took = new ArrayList<>();
    for (int round = 0; round < 8; round++) {
      // given
      final ThreadCensus census = ThreadCensus.take();
      List<TestNode> nodes = startNodes(3);
      connect(nodes.get(0), nodes.get(1));
      connect(nodes.get(1), nodes.get(2));
      nodes.forEach(node -> node.recorder().keepOnly(received -> false));
      AtomicBoolean stop = new AtomicBoolean();
      TestThreads senders = new TestThreads();
      for (TestNode node : nodes) {
        senders.start(() -> sendToAll(node, nodes, stop));
      }

      // when: the recorder makes a later call a failure
      long begin = System.nanoTime();
      nodes.get(0).close();
      nodes.get(1).close();
      took.add(Duration.ofNanos(System.nanoTime() - begin));
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());

      // then
      stop.set(true);
      senders.join();
      nodes.get(2).close();
      assertNoThreadsSince(census);
    }
    assertSoon(took);
  }

  private void assertSoon(List<Duration> took) {
    assertThat(Collections.min(took)).as("the shortest of %s", took).isLessThan(CLOSE_LIMIT);
    assertThat(Collections.max(took)).as("the longest of %s", took).isLessThan(patience());
  }

  private static void sendToAll(TestNode from, List<TestNode> nodes, AtomicBoolean stop) {
    Frame small = TestFrames.sealed(1);
    Frame large = TestFrames.sealed(2, 10_000);
    while (!stop.get()) {
      for (TestNode to : nodes) {
        if (to != from) {
          from.send(to, small);
          from.send(to, large);
        }
      }
    }
  }

  @Test
  void shouldCloseFromSeveralThreadsAtOnce() throws InterruptedException {
    List<Duration> took = new ArrayList<>();
    for (int round = 0; round < 8; round++) {
      // given
      List<TestNode> nodes = startNodes(2);
      connect(nodes.get(0), nodes.get(1));

      // when
      long begin = System.nanoTime();
      TestThreads closers = new TestThreads();
      for (int i = 0; i < 4; i++) {
        closers.start(nodes.get(i / 3)::close);
      }
      closers.join();
      took.add(Duration.ofNanos(System.nanoTime() - begin));
    }

    // then
    assertSoon(took);
  }

  @Test
  void shouldCloseWhenTheCallerIsInterrupted() {
    // given
    ThreadCensus census = ThreadCensus.take();
    List<TestNode> nodes = startNodes(2);
    connect(nodes.get(0), nodes.get(1));

    // when
    boolean stillInterrupted;
    Thread.currentThread().interrupt();
    try {
      nodes.get(0).close();
    } finally {
      stillInterrupted = Thread.interrupted();
    }
    nodes.get(1).close();

    // then
    assertThat(stillInterrupted).isTrue();
    assertNoThreadsSince(census);
  }
}
