package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.Transport;
import io.raftlog.spi.TransportContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the parts of {@link TransportContract} have in common: what an author provides, and nodes.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TransportHarness {
  private static final String CLUSTER = "contract";

  private static final Duration MIN_RESEND_PAUSE = Duration.ofMillis(100);
  private static final Duration MAX_RESEND_PAUSE = Duration.ofSeconds(2);

  private final List<TestNode> nodes = new CopyOnWriteArrayList<>();
  private final Map<NodeId, UUID> incarnations = new HashMap<>();
  private final AtomicLong seeds = new AtomicLong();

  /**
   * Makes a transport, configured so that all transports of one test can reach each other. Tests
   * are faster when it reconnects soon.
   *
   * @return a transport that is not started; the suite closes it
   */
  protected abstract Transport newTransport();

  /**
   * An address for a node of a test. Default: a free TCP port of the loopback interface, as {@code
   * 127.0.0.1:20123}.
   *
   * @return an address at which a transport can be started now, and which no other call returns
   */
  protected String newAddress() {
    return "127.0.0.1:" + FreePorts.next();
  }

  /**
   * An address that cannot be parsed. Default: {@code "not an address"}.
   *
   * @return the address; empty when any text will do as one, which skips the test of it
   */
  protected Optional<String> malformedAddress() {
    return Optional.of("not an address");
  }

  /**
   * Whether an address can be taken by one transport at a time only. Default: yes.
   *
   * @return false to skip the test of it
   */
  protected boolean addressesAreExclusive() {
    return true;
  }

  /**
   * Whether {@code host:port} addresses name TCP ports at which transports listen. The suite then
   * puts proxies between them that break, stall and corrupt connections, and sends hostile bytes.
   * Default: yes.
   *
   * @return false to skip these tests
   */
  protected boolean listensOnTcp() {
    return true;
  }

  /**
   * Whether a lost connection is reported. Default: yes.
   *
   * @return false to skip the test of it
   */
  protected boolean reportsDisconnects() {
    return true;
  }

  /**
   * How much a transport of {@link #newTransport} may keep in memory for one peer that does not
   * read. Default: 64 MiB. The test sends about four times as much.
   *
   * @return bytes
   */
  protected long maxOutboundBytes() {
    return 64L << 20;
  }

  /**
   * Whether a thread that exists after a transport was closed is not that transport's, but one of
   * the whole JVM that a library of it has. Threads of the JDK need not be named. Default: no.
   *
   * @param thread the thread
   * @return true to ignore it
   */
  protected boolean belongsToTheJvm(Thread thread) {
    return false;
  }

  /**
   * After what time something that must happen has not happened. Default: 30 seconds. Costs nothing
   * when all is well. A send that takes a third of it has blocked.
   *
   * @return the time
   */
  protected Duration patience() {
    return Duration.ofSeconds(30);
  }

  /**
   * For how long the suite watches that something does not happen. Default: 300 ms.
   *
   * @return the time
   */
  protected Duration vigil() {
    return Duration.ofMillis(300);
  }

  @AfterEach
  final void closeAndCheckWhatNeverMayHappen() {
    nodes.forEach(TestNode::close);
    for (TestNode node : nodes) {
      assertThat(node.recorder().violations()).isEmpty();
      assertThat(Duration.ofNanos(node.longestSendNanos()))
          .as("the longest call of send of %s", node.id())
          .isLessThan(patience().dividedBy(3));
    }
  }

  final Patience patient() {
    return new Patience(patience());
  }

  /** Gives each name an address. */
  final Map<NodeId, String> members(String... names) {
    Map<NodeId, String> members = new HashMap<>();
    for (String name : names) {
      members.put(new NodeId(name), newAddress());
    }
    return members;
  }

  final TransportContext context(String name, Map<NodeId, String> members) {
    return foreignContext(CLUSTER, name, members);
  }

  final TransportContext foreignContext(String cluster, String name, Map<NodeId, String> members) {
    NodeId self = new NodeId(name);
    UUID incarnation = incarnations.computeIfAbsent(self, id -> UUID.randomUUID());
    return new TransportContext(cluster, self, incarnation, members);
  }

  /** From now on, nodes of this name start with another incarnation. */
  final void reincarnate(String name) {
    incarnations.put(new NodeId(name), UUID.randomUUID());
  }

  /** Starts a node; it is closed after the test, if not before. */
  final TestNode start(TransportContext context) {
    TestNode node = TestNode.start(newTransport(), context);
    nodes.add(node);
    return node;
  }

  final TestNode start(String name, Map<NodeId, String> members) {
    return start(context(name, members));
  }

  /** Starts n1, n2, and so on. */
  final List<TestNode> startNodes(int count) {
    String[] names = new String[count];
    for (int i = 0; i < count; i++) {
      names[i] = "n" + (i + 1);
    }
    Map<NodeId, String> members = members(names);
    List<TestNode> started = new ArrayList<>();
    for (String name : names) {
      started.add(start(name, members));
    }
    return started;
  }

  /** A seed that no other call returns, so that frames can be told from each other. */
  final long newSeed() {
    return seeds.incrementAndGet();
  }

  /** Sends a frame, again and again since a transport may drop it, until it has arrived. */
  final void deliver(TestNode from, TestNode to, Frame frame) {
    Resender resender = new Resender(from, to, frame);
    patient()
        .until(
            "a frame from " + from.id() + " arrives at " + to.id(),
            () -> {
              resender.sendIfDue();
              return to.recorder().hasReceived(from.id(), frame);
            });
  }

  /** Waits until frames go both ways. */
  final void connect(TestNode one, TestNode other) {
    deliver(one, other, TestFrames.sealed(newSeed()));
    deliver(other, one, TestFrames.sealed(newSeed()));
  }

  /** Watches that nothing happens; the check at the end of the test tells. */
  final void keepVigil() {
    long end = System.nanoTime() + vigil().toNanos();
    for (long left = vigil().toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Sends a frame with growing pauses. */
  private static final class Resender {
    private final TestNode from;
    private final TestNode to;
    private final Frame frame;
    private long dueNanos = System.nanoTime();
    private long pauseNanos = MIN_RESEND_PAUSE.toNanos();

    Resender(TestNode from, TestNode to, Frame frame) {
      this.from = from;
      this.to = to;
      this.frame = frame;
    }

    void sendIfDue() {
      long now = System.nanoTime();
      if (now - dueNanos >= 0) {
        from.send(to, frame);
        dueNanos = now + pauseNanos;
        pauseNanos = Math.min(2 * pauseNanos, MAX_RESEND_PAUSE.toNanos());
      }
    }
  }
}
