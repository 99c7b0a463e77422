package io.raftlog.spi;

import io.raftlog.NodeId;

/**
 * Where a transport delivers what it received. Implemented by raftlog; every method may be called
 * from any thread, by several at once, from within {@link Transport#start} and {@link
 * Transport#send}, and with locks held, since it calls nothing of the transport. It returns
 * quickly, never blocks and never throws.
 */
public interface TransportListener {
  /**
   * A frame arrived. It is decoded and its checksums are checked on the calling thread, which takes
   * some milliseconds for the largest; the rest is done on another. Frames of one peer and priority
   * are best delivered one after the other, in the order in which they were sent.
   *
   * <p>There is no back-pressure: a frame that is malformed, or for which there is no room since
   * 128 MiB wait for its log, is dropped here, and its sender is not told.
   *
   * @param from the member that sent it, as its handshake said; another one than this node
   * @param frame the frame; its buffers belong to the receiver from here on
   */
  void onFrame(NodeId from, Frame frame);

  /**
   * The connection to a member was lost, for instance because its process died. Only a hint, which
   * lets followers notice a dead leader sooner; a transport that knows no connections never calls
   * it. That a member is connected is not told: its frames show it.
   *
   * <p>It may be called late, repeatedly and without cause. Only a follower acts, when the peer
   * leads its log and it does not hear of it for a heartbeat interval or more: it asks the other
   * members whether an election is due. Those that hear the leader say no; but when a majority was
   * told without cause, a leader that is well may be replaced. So it should be called when a
   * member's last connection has gone, not for each of several, and not when one takes the place of
   * another.
   *
   * @param peer the member at the other end; another one than this node
   */
  void onDisconnected(NodeId peer);
}
