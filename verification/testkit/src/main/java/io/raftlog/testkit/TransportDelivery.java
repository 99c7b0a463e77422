package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.spi.Frame;
import io.raftlog.spi.Frame.Priority;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The part of {@link TransportContract} on what arrives: every byte, from whom it says. */
abstract class TransportDelivery extends TransportHarness {
  private static final int[] INTERESTING_BODY_BYTES = {
    0, 1, 2, 255, 256, 1_023, 4_096, 65_535, 65_536, 65_537, 131_072, 1_000_003
  };

  private static final int MANY_BUFFERS = 5_000;

  @Test
  void shouldDeliverBothWays() {
    // given
    List<TestNode> nodes = startNodes(2);

    // when, then
    deliver(nodes.get(0), nodes.get(1), TestFrames.sealed(newSeed(), 100));
    deliver(nodes.get(1), nodes.get(0), TestFrames.sealed(newSeed(), 100));
    for (int i = 0; i < 100; i++) {
      deliver(nodes.get(i % 2), nodes.get(1 - i % 2), TestFrames.sealed(newSeed()));
    }
  }

  @Test
  void shouldNameTheSender() {
    // given
    List<TestNode> nodes = startNodes(3);
    for (TestNode node : nodes) {
      node.recorder().keepOnly(received -> !TestFrames.isIntact(received.frame()));
    }

    // when
    for (TestNode from : nodes) {
      for (TestNode to : nodes) {
        if (from != to) {
          deliver(from, to, letter(from, to));
        }
      }
    }

    // then
    for (TestNode to : nodes) {
      for (FrameRecorder.Received received : to.recorder().received()) {
        TestNode from = nodeOf(nodes, received);
        assertThat(received.frame().header()).isEqualTo(letter(from, to).header());
      }
    }
  }

  /** A frame in which sender and receiver stand. */
  private static Frame letter(TestNode from, TestNode to) {
    byte[] text = (from.id() + " to " + to.id()).getBytes(StandardCharsets.UTF_8);
    return new Frame(Priority.CONTROL, ByteBuffer.wrap(text), List.of());
  }

  private static TestNode nodeOf(List<TestNode> nodes, FrameRecorder.Received received) {
    return nodes.stream().filter(node -> node.id().equals(received.from())).findAny().orElseThrow();
  }

  @Test
  void shouldKeepEveryByteOfHeaderAndBody() {
    // given
    List<TestNode> nodes = startNodes(2);
    for (int bodyBytes : INTERESTING_BODY_BYTES) {
      for (int headerBytes : new int[] {0, 1, 64, Frame.MAX_HEADER_BYTES}) {
        Priority priority = bodyBytes == 0 ? Priority.CONTROL : Priority.BULK;
        ByteBuffer header = SeededBytes.buffer(newSeed(), headerBytes);
        ByteBuffer body = SeededBytes.buffer(newSeed(), bodyBytes);

        // when, then
        deliver(nodes.get(0), nodes.get(1), new Frame(priority, header, List.of(body)));
      }
    }
  }

  @Test
  void shouldDeliverFramesWithoutAnyByte() {
    // given
    List<TestNode> nodes = startNodes(2);
    ByteBuffer nothing = ByteBuffer.allocate(0);

    // when, then
    for (Priority priority : Priority.values()) {
      nodes.get(1).recorder().forget();
      deliver(nodes.get(0), nodes.get(1), new Frame(priority, nothing, List.of()));
    }
  }

  @Test
  void shouldDeliverTheLargestFrames() {
    // given
    List<TestNode> nodes = startNodes(2);
    ByteBuffer header = SeededBytes.buffer(1, Frame.MAX_HEADER_BYTES);
    ByteBuffer body = SeededBytes.buffer(2, Frame.MAX_BODY_BYTES);

    // when, then
    deliver(nodes.get(0), nodes.get(1), new Frame(Priority.BULK, header, List.of(body)));
    deliver(nodes.get(1), nodes.get(0), new Frame(Priority.BULK, header, List.of(body)));
  }

  @Test
  void shouldJoinManyBuffers() {
    // given: many small ones, some of them empty
    List<TestNode> nodes = startNodes(2);
    List<ByteBuffer> body = new ArrayList<>();
    for (int i = 0; i < MANY_BUFFERS; i++) {
      body.add(SeededBytes.buffer(i, i * 31 % 101));
    }

    // when, then
    ByteBuffer header = SeededBytes.buffer(newSeed(), 10);
    deliver(nodes.get(0), nodes.get(1), new Frame(Priority.BULK, header, body));
  }

  @Test
  void shouldTakeBuffersOfEveryKindAndLeaveThemAsTheyAre() {
    // given
    List<TestNode> nodes = startNodes(2);
    List<ByteBuffer> body = new ArrayList<>();
    for (BufferKind kind : BufferKind.values()) {
      body.add(kind.of(SeededBytes.array(newSeed(), 1_000)));
      body.add(kind.of(new byte[0]));
      body.add(kind.of(SeededBytes.array(newSeed(), 100_000)));
    }
    for (BufferKind kind : BufferKind.values()) {
      ByteBuffer header = kind.of(SeededBytes.array(newSeed(), 50));
      List<ByteBuffer> all = new ArrayList<>(body);
      all.add(header);
      BufferWatch watch = BufferWatch.over(all);

      // when
      deliver(nodes.get(0), nodes.get(1), new Frame(Priority.BULK, header, body));

      // then
      watch.assertUnchanged();
    }
  }

  @Test
  void shouldSendOneFrameToSeveralNodesFromSeveralThreads() throws InterruptedException {
    // given: entries of the sender's cache, which it sends to all followers
    List<TestNode> nodes = startNodes(4);
    TestNode sender = nodes.get(0);
    List<TestNode> receivers = nodes.subList(1, 4);
    receivers.forEach(receiver -> connect(sender, receiver));
    List<ByteBuffer> body = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      for (BufferKind kind : BufferKind.values()) {
        body.add(kind.of(SeededBytes.array(newSeed(), 20_000)));
      }
    }
    Frame frame = new Frame(Priority.BULK, SeededBytes.buffer(newSeed(), 100), body);
    final BufferWatch watch = BufferWatch.over(body);

    // when
    TestThreads threads = new TestThreads();
    for (TestNode receiver : receivers) {
      threads.start(
          () -> {
            for (int i = 0; i < 10; i++) {
              sender.send(receiver, frame);
            }
          });
    }
    threads.join();

    // then
    for (TestNode receiver : receivers) {
      deliver(sender, receiver, frame);
      assertThat(receiver.recorder().received())
          .allMatch(
              received ->
                  TestFrames.sameBytes(received.frame(), frame)
                      || TestFrames.isIntact(received.frame()));
    }
    watch.assertUnchanged();
  }

  @Test
  void shouldNotReuseTheBuffersOfReceivedFrames() {
    // given: frames that the receiver keeps
    List<TestNode> nodes = startNodes(2);
    for (int bodyBytes : INTERESTING_BODY_BYTES) {
      deliver(nodes.get(0), nodes.get(1), TestFrames.sealed(newSeed(), bodyBytes));
    }

    // when: more traffic than any buffer pool holds back
    for (int i = 0; i < 64; i++) {
      deliver(nodes.get(0), nodes.get(1), TestFrames.sealed(newSeed(), 300_000));
    }

    // then
    assertThat(nodes.get(1).recorder().received())
        .allMatch(received -> TestFrames.isIntact(received.frame()));
  }

  @Test
  void shouldDeliverOnlyWholeFramesWhenManyThreadsSend() throws InterruptedException {
    // given
    List<TestNode> nodes = startNodes(3);
    for (TestNode node : nodes) {
      node.recorder().keepOnly(received -> !isFrom(nodes, received));
    }

    // when
    TestThreads threads = new TestThreads();
    for (int i = 0; i < 6; i++) {
      int sender = i % 3;
      int first = i * 1_000;
      threads.start(() -> sendMany(nodes, sender, first));
    }
    threads.join();

    // then: what came in between is either whole or was kept
    for (TestNode node : nodes) {
      assertThat(node.recorder().received()).isEmpty();
      node.recorder().keepOnly(received -> true);
    }
    connect(nodes.get(0), nodes.get(1));
    connect(nodes.get(1), nodes.get(2));
  }

  /** Sends frames whose seeds are the sender's number, modulo 3. */
  private static void sendMany(List<TestNode> nodes, int sender, int first) {
    for (int i = first; i < first + 400; i++) {
      long seed = 3L * i + sender;
      int bodyBytes = (int) (seed * 7_919 % 30_000);
      TestNode to = nodes.get((sender + 1 + i % 2) % 3);
      Frame frame = i % 4 == 0 ? TestFrames.sealed(seed) : TestFrames.sealed(seed, bodyBytes);
      nodes.get(sender).send(to, frame);
    }
  }

  private static boolean isFrom(List<TestNode> nodes, FrameRecorder.Received received) {
    int sender = (int) (TestFrames.seedOf(received.frame()) % 3);
    return TestFrames.isIntact(received.frame()) && nodes.get(sender).id().equals(received.from());
  }
}
