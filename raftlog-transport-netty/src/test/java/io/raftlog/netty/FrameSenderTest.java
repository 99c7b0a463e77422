package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.raftlog.NodeId;
import org.junit.jupiter.api.Test;

class FrameSenderTest {
  private static final long MAX_BYTES = NettyTransport.Builder.DEFAULT_MAX_OUTBOUND_BYTES_PER_PEER;

  private final NodeLogger log = new NodeLogger(new NodeId("n1"), System::nanoTime);
  private final Delivery delivery = new Delivery(new RecordingListener(), log);
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final FrameSender sender =
      new FrameSender(
          channel, new Liveness(log, new NodeId("n2"), TestCluster.CALM), MAX_BYTES, delivery, log);

  private int sentBytes() {
    channel.runPendingTasks();
    int bytes = 0;
    for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
      bytes += sent.readableBytes();
      sent.release();
    }
    return bytes;
  }

  /** Seen: closing took seconds on a busy machine, since it came after a megabyte to encrypt. */
  @Test
  void shouldSendNothingMoreWhenTheTransportIsClosing() {
    // given
    assertThat(sender.trySend(Frames.control("before"))).isTrue();
    assertThat(sentBytes()).isPositive();

    // when
    assertThat(sender.trySend(Frames.control("waits when it is closed"))).isTrue();
    delivery.stop();

    // then
    assertThat(sentBytes()).isZero();
    assertThat(sender.trySend(Frames.control("comes later"))).isTrue();
    assertThat(sentBytes()).isZero();
  }
}
