package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.Frame.Priority;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NettyTransportExchangeTest {
  @ParameterizedTest
  @MethodSource("io.raftlog.netty.TestCluster#backends")
  void shouldExchangeFramesBothWays(IoBackend backend) {
    // given
    try (TestCluster cluster = TestCluster.of(2, builder -> builder.backend(backend))) {
      RecordingListener first = cluster.node("n1").listener();
      RecordingListener second = cluster.node("n2").listener();

      // when
      cluster.node("n1").send("n2", Frames.bulk("question", Frames.bytesOf("entries")));
      cluster.node("n2").send("n1", Frames.control("answer"));

      // then
      await().until(() -> first.received().size() == 1 && second.received().size() == 1);
      RecordingListener.Received question = second.received().get(0);
      assertThat(question.from()).isEqualTo(new NodeId("n1"));
      assertThat(question.frame().priority()).isEqualTo(Priority.BULK);
      assertThat(Frames.header(question.frame())).isEqualTo("question");
      assertThat(Frames.body(question.frame())).isEqualTo(Frames.bytesOf("entries"));
      RecordingListener.Received answer = first.received().get(0);
      assertThat(answer.from()).isEqualTo(new NodeId("n2"));
      assertThat(answer.frame().priority()).isEqualTo(Priority.CONTROL);
      assertThat(answer.frame().body()).isEmpty();
    }
  }

  @Test
  void shouldNameTheSenderAmongThreeNodes() {
    // given
    try (TestCluster cluster = TestCluster.of(3, builder -> builder.eventLoopThreads(2))) {
      List<String> names = List.of("n1", "n2", "n3");

      // when
      for (String from : names) {
        for (String to : names) {
          cluster.node(from).send(to, Frames.control(from + " to " + to));
        }
      }

      // then
      for (String to : names) {
        RecordingListener listener = cluster.node(to).listener();
        await().until(() -> listener.received().size() == 2);
        assertThat(listener.received())
            .allSatisfy(
                received ->
                    assertThat(Frames.header(received.frame()))
                        .isEqualTo(received.from() + " to " + to));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.raftlog.netty.TestCluster#backends")
  void shouldCarryFramesOfMaximalSize(IoBackend backend) {
    // given
    ByteBuffer header = Frames.random(Frame.MAX_HEADER_BYTES, 1);
    ByteBuffer body = Frames.random(Frame.MAX_BODY_BYTES, 2);
    try (TestCluster cluster = TestCluster.of(2, builder -> builder.backend(backend))) {
      RecordingListener listener = cluster.node("n2").listener();

      // when
      cluster.node("n1").send("n2", new Frame(Priority.BULK, header, List.of(body)));

      // then
      await().until(() -> listener.received().size() == 1);
      Frame frame = listener.received().get(0).frame();
      assertThat(frame.header().equals(header)).isTrue();
      assertThat(frame.body()).hasSize(1);
      assertThat(frame.body().get(0).equals(body)).isTrue();
      assertThat(frame.body().get(0).hasArray()).isTrue();
    }
  }

  @Test
  void shouldCarryBuffersOfAnyKindAndLeaveThemAlone() {
    // given: an offset into an array, a read-only one, a direct one, an empty one
    ByteBuffer direct = ByteBuffer.allocateDirect(5).put(Frames.bytesOf("ghijk")).flip();
    ByteBuffer offset = Frames.bytesOf("..abc..").position(2).limit(5).slice();
    ByteBuffer readOnly = Frames.bytesOf("def").asReadOnlyBuffer();
    Frame frame = Frames.bulk("h", offset, readOnly, ByteBuffer.allocate(0), direct);
    try (TestCluster cluster = TestCluster.of(2)) {
      RecordingListener listener = cluster.node("n2").listener();

      // when
      cluster.node("n1").send("n2", frame);
      cluster.node("n1").send("n2", frame);

      // then
      await().until(() -> listener.received().size() == 2);
      for (RecordingListener.Received received : listener.received()) {
        assertThat(Frames.body(received.frame())).isEqualTo(Frames.bytesOf("abcdefghijk"));
      }
      assertThat(frame.body()).extracting(ByteBuffer::remaining).containsExactly(3, 3, 0, 5);
    }
  }

  @Test
  void shouldCarryFramesWithoutAnyBytes() {
    // given
    Frame empty = new Frame(Priority.CONTROL, ByteBuffer.allocate(0), List.of());
    try (TestCluster cluster = TestCluster.of(2)) {
      RecordingListener listener = cluster.node("n2").listener();

      // when
      cluster.node("n1").send("n2", empty);

      // then
      await().until(() -> listener.received().size() == 1);
      assertThat(listener.received().get(0).frame().header().remaining()).isZero();
      assertThat(listener.received().get(0).frame().body()).isEmpty();
    }
  }

  @Test
  void shouldDeliverHundredsOfThousandsOfSmallFramesInOrder() {
    // given
    int count = 300_000;
    AtomicLong next = new AtomicLong();
    List<Long> wrong = new ArrayList<>();
    try (TestCluster cluster = TestCluster.of(2)) {
      cluster
          .node("n2")
          .listener()
          .handTo(
              (from, frame) -> {
                if (Frames.number(frame) != next.getAndIncrement()) {
                  wrong.add(Frames.number(frame));
                }
              });

      // when
      PeerDialer dialer = cluster.node("n1").dialer("n2");
      for (long i = 0; i < count; i++) {
        cluster.node("n1").send("n2", Frames.numbered(Priority.BULK, i));
        while (dialer.queuedBytes() > 8 << 20) {
          LockSupport.parkNanos(100_000);
        }
      }

      // then
      await().until(() -> next.get() == count);
      assertThat(wrong).isEmpty();
      assertThat(dialer.droppedFrames()).isZero();
    }
  }

  @Test
  void shouldKeepEachPriorityInOrderWhenTheyOvertakeEachOther() {
    // given
    int count = 400;
    AtomicLong nextControl = new AtomicLong();
    AtomicLong nextBulk = new AtomicLong();
    List<Frame> wrong = new ArrayList<>();
    try (TestCluster cluster = TestCluster.of(2)) {
      cluster
          .node("n2")
          .listener()
          .handTo(
              (from, frame) -> {
                AtomicLong expected = frame.priority() == Priority.CONTROL ? nextControl : nextBulk;
                if (Frames.number(frame) != expected.getAndIncrement()) {
                  wrong.add(frame);
                }
              });

      // when
      PeerDialer dialer = cluster.node("n1").dialer("n2");
      ByteBuffer body = Frames.random(300_000, 3);
      for (long i = 0; i < count; i++) {
        ByteBuffer number = Frames.numbered(Priority.BULK, i).header();
        cluster.node("n1").send("n2", new Frame(Priority.BULK, number, List.of(body)));
        cluster.node("n1").send("n2", Frames.numbered(Priority.CONTROL, i));
        while (dialer.queuedBytes() > 32 << 20) {
          LockSupport.parkNanos(100_000);
        }
      }

      // then
      await().until(() -> nextBulk.get() == count && nextControl.get() == count);
      assertThat(wrong).isEmpty();
    }
  }

  @Test
  void shouldKeepTheConnectionWhenTheListenerThrows() {
    // given
    AtomicLong calls = new AtomicLong();
    try (CapturedLog log = new CapturedLog();
        TestCluster cluster = TestCluster.of(2)) {
      cluster
          .node("n2")
          .listener()
          .handTo(
              (from, frame) -> {
                calls.incrementAndGet();
                throw new IllegalStateException("a bug of the listener");
              });

      // when
      for (int i = 0; i < 3; i++) {
        cluster.node("n1").send("n2", Frames.control("frame"));
      }

      // then
      await().until(() -> calls.get() == 3);
      assertThat(cluster.node("n1").listener().disconnected()).isEmpty();
      assertThat(log.linesWith("listener threw")).hasSize(1);
    }
  }

  @Test
  void shouldDropFramesToStrangersAndToItself() {
    // given
    try (TestCluster cluster = TestCluster.of(2)) {
      // when
      cluster.node("n1").send("n9", Frames.control("to a stranger"));
      cluster.node("n1").send("n1", Frames.control("to itself"));
      cluster.node("n1").send("n2", Frames.control("to a member"));

      // then
      RecordingListener listener = cluster.node("n2").listener();
      await().until(() -> listener.received().size() == 1);
      assertThat(cluster.node("n1").listener().received()).isEmpty();
    }
  }
}
