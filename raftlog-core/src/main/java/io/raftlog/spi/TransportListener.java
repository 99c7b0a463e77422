package io.raftlog.spi;

import io.raftlog.NodeId;

/**
 * Where a transport delivers what it received. Implemented by raftlog; every method may be called
 * from any thread, returns quickly, never blocks and never throws.
 */
public interface TransportListener {
  /**
   * A frame arrived.
   *
   * @param from the member that sent it, as its handshake proved
   * @param frame the frame; its buffers belong to the receiver from here on
   */
  void onFrame(NodeId from, Frame frame);

  /**
   * The connection to a member was lost, for instance because its process died. Only a hint, which
   * lets followers notice a dead leader sooner; a transport that knows no connections never calls
   * it.
   *
   * @param peer the member at the other end
   */
  void onDisconnected(NodeId peer);
}
