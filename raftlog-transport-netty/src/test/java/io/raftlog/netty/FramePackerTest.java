package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.raftlog.spi.Frame;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class FramePackerTest {
  private final OutboundQueue queue = new OutboundQueue(1L << 30);
  private final FramePacker packer = new FramePacker(queue, UnpooledByteBufAllocator.DEFAULT);

  /** A slow peer's many small writes would each pin a whole buffer otherwise. */
  @Test
  void shouldTakeNoLargerBufferThanWhatWaits() {
    // given
    Frame frame = Frames.control("heartbeat");
    queue.offer(new FrameCursor(frame));

    // when
    ByteBuf packets = Objects.requireNonNull(packer.pack());

    // then
    assertThat(packets.readableBytes()).isEqualTo(PacketHeader.BYTES + "heartbeat".length());
    assertThat(packets.capacity()).isLessThanOrEqualTo(new FrameCursor(frame).costBytes());
    packets.release();
  }

  @Test
  void shouldShareOneBufferBetweenManySmallFrames() {
    // given
    for (int i = 0; i < 100; i++) {
      queue.offer(new FrameCursor(Frames.bulk("h", Frames.random(500, i))));
    }

    // when
    ByteBuf packets = Objects.requireNonNull(packer.pack());

    // then
    assertThat(packets.readableBytes()).isEqualTo(100 * (PacketHeader.BYTES + 501));
    assertThat(packer.pack()).isNull();
    packets.release();
  }
}
