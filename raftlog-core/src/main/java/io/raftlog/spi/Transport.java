package io.raftlog.spi;

import io.raftlog.NodeId;

/**
 * Carries frames between the nodes of a cluster. It knows nothing of Raft.
 *
 * <p>A transport may drop, delay, reorder and duplicate frames: raftlog stays correct, only slower.
 * It must not change a frame's bytes unnoticed (check a CRC, drop what does not match), must not
 * invent frames, and must deliver only frames that were sent by the node that it names as the
 * sender, in the same cluster. In-order delivery between two nodes is not required, but is fastest.
 *
 * <p>A transport serves one node, is started once and closed once; all logs of the node share it.
 */
public interface Transport extends AutoCloseable {
  /**
   * Starts to listen and to deliver. Called once, before any other method.
   *
   * <p>Blocks until the local address is bound. Connections to other nodes are made in the
   * background and again for ever when they break; a peer that cannot be reached is no error. Peers
   * of another cluster must be refused before any of their frames is delivered.
   *
   * @param context who this node is and where the others are
   * @param listener where received frames go; its methods may be called from any thread
   * @throws io.raftlog.NodeStartException when the local address cannot be parsed ({@code
   *     BAD_ADDRESS}), is taken ({@code ADDRESS_IN_USE}), or cannot be bound; the transport has no
   *     threads then, and is closed all the same
   */
  void start(TransportContext context, TransportListener listener);

  /**
   * Sends a frame, or drops it.
   *
   * <p>Called from any number of threads at once, interrupted ones too, which stay interrupted:
   * never blocks and never throws. When the peer is not connected or its outbound queue is full,
   * the frame is dropped: memory is bounded in bytes. So is it after {@link #close}.
   *
   * @param to a member of the context, never the node itself; a frame to anybody else is dropped
   * @param frame the frame; see there for who owns its buffers
   */
  void send(NodeId to, Frame frame);

  /**
   * Stops listening, closes every connection and releases every thread that the transport made.
   * Blocks until that is done, a few seconds at most; after it returned, the listener is not called
   * any more, and the address can be bound again.
   *
   * <p>May be called twice, before {@link #start}, by several threads at once, and by an
   * interrupted thread, which stays interrupted; never throws.
   */
  @Override
  void close();
}
