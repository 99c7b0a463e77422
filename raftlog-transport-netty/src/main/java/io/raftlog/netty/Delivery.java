package io.raftlog.netty;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.TransportListener;

/** Calls the listener, until stopped, and contains what it throws. Any thread may call it. */
final class Delivery {
  private final TransportListener listener;
  private final NodeLogger log;
  private volatile boolean stopped;

  Delivery(TransportListener listener, NodeLogger log) {
    this.listener = listener;
    this.log = log;
  }

  void frame(NodeId from, Frame frame) {
    deliver("onFrame", from, () -> listener.onFrame(from, frame));
  }

  void disconnected(NodeId peer) {
    deliver("onDisconnected", peer, () -> listener.onDisconnected(peer));
  }

  private void deliver(String method, NodeId peer, Runnable call) {
    if (stopped) {
      return;
    }
    try {
      call.run();
    } catch (Throwable t) {
      // The connection did nothing wrong, and the loop serves other peers too.
      log.limitedError(
          "listener|" + method, () -> "listener threw method=" + method + " peer=" + peer, t);
    }
  }

  boolean isStopped() {
    return stopped;
  }

  /** No call begins after this; one that is under way may still end. */
  void stop() {
    stopped = true;
  }
}
