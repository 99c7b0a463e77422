package io.raftlog.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.raftlog.spi.Frame;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends frames over one connection, in the order control before bulk. Any thread calls {@link
 * #trySend}; all else is owned by the connection's event loop.
 *
 * <p>Frames wait in their queue, not in Netty's outbound buffer, which is filled up to its high
 * water mark only: what is there cannot be overtaken any more. One drain at a time is due, however
 * many frames are sent meanwhile, and it flushes once for all that it packed.
 */
// Netty's futures: what fails closes the connection, and that is where it is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class FrameSender extends ChannelInboundHandlerAdapter {
  /**
   * How much one drain packs before the event loop's other connections get a turn: 1 MiB, less than
   * a millisecond of work.
   */
  private static final int DRAIN_BYTES = 1 << 20;

  private enum Phase {
    IDLE,
    DRAINING
  }

  private final Channel channel;
  private final Delivery delivery;
  private final NodeLogger log;
  private final OutboundQueue queue;
  private final FramePacker packer;
  private final ChannelFutureListener onWritten;

  /** True from when a drain is asked for until it found nothing left to do. */
  private final AtomicBoolean drainDue = new AtomicBoolean();

  private Phase phase = Phase.IDLE;

  FrameSender(
      Channel channel, Liveness liveness, long maxBytes, Delivery delivery, NodeLogger log) {
    this.channel = channel;
    this.delivery = delivery;
    this.log = log;
    queue = new OutboundQueue(maxBytes);
    packer = new FramePacker(queue, channel.alloc());
    onWritten = written -> written(written, liveness);
  }

  /**
   * Bytes were written: during a drain, because the operating system had room for them; later,
   * because it has room again.
   */
  private void written(ChannelFuture written, Liveness liveness) {
    if (phase == Phase.IDLE && written.isSuccess()) {
      liveness.progressed();
    }
  }

  /** Queues a frame, or returns false when the queue is full. From any thread; does not block. */
  boolean trySend(Frame frame) {
    if (!queue.offer(new FrameCursor(frame))) {
      return false;
    }
    requestDrain();
    return true;
  }

  private void requestDrain() {
    if (drainDue.compareAndSet(false, true)) {
      channel.eventLoop().execute(this::drain);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    // Also called from inside a drain's flush, which looks for itself.
    if (phase == Phase.IDLE && drainDue.get() && channel.isWritable()) {
      drain();
    }
    ctx.fireChannelWritabilityChanged();
  }

  private void drain() {
    if (delivery.isStopped()) {
      return; // what waits is dropped: closing comes after this on the event loop
    }
    phase = Phase.DRAINING;
    try {
      packAndFlush();
    } catch (Throwable e) {
      // A frame may be half sent; the peer could not make sense of what would follow.
      log.limitedError("send|" + channel.remoteAddress(), () -> "cannot send, closing", e);
      channel.close();
    } finally {
      phase = Phase.IDLE;
    }
    if (packer.isIdle()) {
      drainDue.set(false);
      // What was offered between the two lines above asked for no drain.
      if (!packer.isIdle()) {
        requestDrain();
      }
    } else if (channel.isWritable()) {
      channel.eventLoop().execute(this::drain);
    }
    // Else the drain stays due and comes with the next change of writability.
  }

  private void packAndFlush() {
    int bytes = 0;
    while (bytes < DRAIN_BYTES && channel.isWritable() && !delivery.isStopped()) {
      ByteBuf packets = packer.pack();
      if (packets == null) {
        break;
      }
      bytes += packets.readableBytes();
      channel.write(packets).addListener(onWritten);
      if (!channel.isWritable()) {
        channel.flush();
      }
    }
    channel.flush();
  }

  /** What waits, in bytes. */
  long queuedBytes() {
    return queue.bytes();
  }
}
