package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.Frame.Priority;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FrameDecoderTest {
  private static final NodeId N2 = new NodeId("n2");

  private final RecordingListener listener = new RecordingListener();
  private final NodeLogger log = new NodeLogger(new NodeId("n1"), System::nanoTime);

  private final Delivery delivery = new Delivery(listener, log);

  private EmbeddedChannel decoder() {
    return new EmbeddedChannel(new FrameDecoder(N2, delivery, log));
  }

  /** Closing waits for what the event loop is doing. */
  @Test
  void shouldNotEvenLookAtWhatComesWhenTheTransportIsClosing() {
    // given
    EmbeddedChannel channel = decoder();

    // when
    delivery.stop();
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[100]));

    // then: it is no packet, but nobody has noticed
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void shouldReadFramesThatArriveByteByByte() {
    // given
    EmbeddedChannel channel = decoder();

    // when
    for (int i = 0; i < 2; i++) {
      for (byte b : PacketsForTest.frame("header", "body")) {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
      }
    }

    // then
    assertThat(listener.received()).hasSize(2);
    assertThat(Frames.header(listener.received().get(1).frame())).isEqualTo("header");
    assertThat(Frames.body(listener.received().get(1).frame())).isEqualTo(Frames.bytesOf("body"));
  }

  @Test
  void shouldPutTogetherFramesThatOvertakeEachOther() {
    // given: a bulk frame in two packets and a whole control frame in between
    EmbeddedChannel channel = decoder();

    // when
    channel.writeInbound(packet(Priority.BULK, 2, 6, 0, "hebo"));
    channel.writeInbound(packet(Priority.CONTROL, 4, 0, 0, "beat"));
    channel.writeInbound(packet(Priority.BULK, 2, 6, 4, "dies"));

    // then
    assertThat(listener.received())
        .extracting(received -> Frames.header(received.frame()))
        .containsExactly("beat", "he");
    assertThat(Frames.body(listener.received().get(1).frame())).isEqualTo(Frames.bytesOf("bodies"));
  }

  @Test
  void shouldDeliverNothingWhenAnyBitIsFlipped() {
    byte[] bytes = PacketsForTest.frame("h", "body");
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      // given
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      EmbeddedChannel channel = decoder();

      // when
      channel.writeInbound(Unpooled.wrappedBuffer(flipped, bytes));

      // then
      assertThat(listener.received()).as("bit %d flipped", bit).isEmpty();
      assertThat(channel.isOpen()).as("bit %d flipped", bit).isFalse();
    }
  }

  @Test
  void shouldCloseWhenAPacketContinuesNothing() {
    assertCloses(packet(Priority.BULK, 2, 6, 4, "dies"));
  }

  @Test
  void shouldCloseWhenAPacketDoesNotContinueItsFrame() {
    assertCloses(packet(Priority.BULK, 2, 6, 0, "hebo"), packet(Priority.BULK, 2, 6, 3, "odies"));
    assertCloses(packet(Priority.BULK, 2, 6, 0, "hebo"), packet(Priority.BULK, 3, 6, 4, "dies"));
    assertCloses(packet(Priority.BULK, 2, 6, 0, "hebo"), packet(Priority.BULK, 2, 7, 4, "dies"));
  }

  @Test
  void shouldCloseOnImpossibleSizes() {
    assertCloses(header(-1, 2, 0, 1));
    assertCloses(header(Frame.MAX_HEADER_BYTES + 1, 0, 0, 1));
    assertCloses(header(0, Frame.MAX_BODY_BYTES + 1, 0, 1));
    assertCloses(header(0, Integer.MIN_VALUE, 0, 1));
    assertCloses(header(1, 1, -1, 1));
    assertCloses(header(1, 1, 2, 1));
    assertCloses(header(1, 1, Integer.MAX_VALUE, 1));
    assertCloses(header(1, 1, 0, 3));
    assertCloses(header(1, 1, 0, -1));
    assertCloses(header(1, 1, 0, 0));
    assertCloses(header(0, Frame.MAX_BODY_BYTES, 0, PacketHeader.MAX_PAYLOAD_BYTES + 1));
  }

  private void assertCloses(ByteBuf... packets) {
    EmbeddedChannel channel = decoder();
    channel.writeInbound((Object[]) packets);
    assertThat(channel.isOpen()).isFalse();
    assertThat(listener.received()).isEmpty();
  }

  @Test
  void shouldAnswerPings() {
    // given
    EmbeddedChannel channel = decoder();

    // when
    channel.writeInbound(Unpooled.wrappedBuffer(RawPeer.signal(PacketHeader.Type.PING)));

    // then
    ByteBuf pong = channel.readOutbound();
    assertThat(pong).isEqualTo(Unpooled.wrappedBuffer(RawPeer.signal(PacketHeader.Type.PONG)));
    pong.release();
    assertThat(channel.<ByteBuf>readOutbound()).isNull();
  }

  @Test
  void shouldReadWhateverThePackerPacked() {
    for (long seed = 0; seed < 30; seed++) {
      // given
      Random random = new Random(seed);
      List<Frame> frames = randomFrames(random);
      OutboundQueue queue = new OutboundQueue(1L << 30);
      frames.forEach(frame -> assertThat(queue.offer(new FrameCursor(frame))).isTrue());
      FramePacker packer = new FramePacker(queue, UnpooledByteBufAllocator.DEFAULT);
      EmbeddedChannel channel = decoder();
      listener.received().clear();

      // when
      for (ByteBuf packets = packer.pack(); packets != null; packets = packer.pack()) {
        assertThat(packets.readableBytes()).isBetween(1, PacketHeader.MAX_PACKET_BYTES);
        int cut = random.nextInt(packets.readableBytes());
        channel.writeInbound(packets.readRetainedSlice(cut));
        channel.writeInbound(packets);
      }

      // then
      assertThat(packer.isIdle()).isTrue();
      assertThat(queue.bytes()).isZero();
      for (Priority priority : Priority.values()) {
        assertThat(contents(listener.received().stream().map(r -> r.frame()).toList(), priority))
            .as("seed %d", seed)
            .isEqualTo(contents(frames, priority));
      }
    }
  }

  private static List<Frame> randomFrames(Random random) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      List<ByteBuffer> body = new ArrayList<>();
      for (int parts = random.nextInt(4); parts > 0; parts--) {
        int limit = random.nextInt(10) == 0 ? 1_000_000 : 500;
        body.add(Frames.random(random.nextInt(limit), random.nextLong()));
      }
      Priority priority = random.nextBoolean() ? Priority.CONTROL : Priority.BULK;
      ByteBuffer header = Frames.random(random.nextInt(100), random.nextLong());
      frames.add(new Frame(priority, header, body));
    }
    return frames;
  }

  private static List<List<ByteBuffer>> contents(List<Frame> frames, Priority priority) {
    return frames.stream()
        .filter(frame -> frame.priority() == priority)
        .map(frame -> List.of(frame.header(), Frames.body(frame)))
        .toList();
  }

  private static ByteBuf packet(
      Priority priority, int headerBytes, int bodyBytes, int offset, String payload) {
    return Unpooled.wrappedBuffer(
        PacketsForTest.packet(
            priority, headerBytes, bodyBytes, offset, payload.getBytes(StandardCharsets.UTF_8)));
  }

  private static ByteBuf header(int headerBytes, int bodyBytes, int offset, int payloadBytes) {
    return Unpooled.wrappedBuffer(
        PacketsForTest.header(headerBytes, bodyBytes, offset, payloadBytes));
  }
}
