package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.spi.Frame;
import io.raftlog.spi.Frame.Priority;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class OutboundQueueTest {
  private static final int FRAME_BYTES = 1_000;
  private static final long LIMIT = 16 * FRAME_BYTES;

  private final OutboundQueue queue = new OutboundQueue(LIMIT);

  @Test
  void shouldKeepASixteenthFreeForControlFrames() {
    for (int i = 0; i < 15; i++) {
      assertThat(queue.offer(frame(Priority.BULK))).isTrue();
    }

    assertThat(queue.offer(frame(Priority.BULK))).isFalse();
    assertThat(queue.offer(frame(Priority.CONTROL))).isTrue();
    assertThat(queue.offer(frame(Priority.CONTROL))).isFalse();
    assertThat(queue.bytes()).isEqualTo(LIMIT);
  }

  @Test
  void shouldCountAFrameUntilItIsReleased() {
    // given
    queue.offer(frame(Priority.BULK));

    // when
    FrameCursor polled = Objects.requireNonNull(queue.poll(Priority.BULK));

    // then
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.bytes()).isEqualTo(FRAME_BYTES);
    queue.release(polled);
    assertThat(queue.bytes()).isZero();
  }

  private static FrameCursor frame(Priority priority) {
    ByteBuffer header = ByteBuffer.allocate(FRAME_BYTES - FrameCursor.OVERHEAD_BYTES);
    return new FrameCursor(new Frame(priority, header, List.of()));
  }
}
