package io.raftlog.netty;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.TransportListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Remembers what it was told, and passes it on to a test that wants to look at once. */
final class RecordingListener implements TransportListener {
  /** A frame and who sent it. */
  record Received(NodeId from, Frame frame) {}

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final List<NodeId> disconnected = new CopyOnWriteArrayList<>();
  private volatile @Nullable BiConsumer<NodeId, Frame> instead;

  /** Hands frames to the test from now on, and remembers none. */
  void handTo(BiConsumer<NodeId, Frame> consumer) {
    instead = consumer;
  }

  @Override
  public void onFrame(NodeId from, Frame frame) {
    BiConsumer<NodeId, Frame> consumer = instead;
    if (consumer != null) {
      consumer.accept(from, frame);
    } else {
      received.add(new Received(from, frame));
    }
  }

  @Override
  public void onDisconnected(NodeId peer) {
    disconnected.add(peer);
  }

  List<Received> received() {
    return received;
  }

  List<NodeId> disconnected() {
    return disconnected;
  }
}
