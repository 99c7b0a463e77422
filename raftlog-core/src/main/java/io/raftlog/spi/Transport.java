package io.raftlog.spi;

import io.raftlog.NodeId;

/**
 * Carries frames between the nodes of a cluster. It knows nothing of Raft.
 *
 * <p>A transport may drop, delay, reorder and duplicate frames: raftlog stays correct, only slower.
 * What was lost is made up for after a heartbeat interval or, at worst, about an election timeout.
 * A frame may even reach a later start of its receiver. But as long as old frames come again and
 * again, a leader that has died may seem to be alive. A transport must not change a frame's bytes
 * unnoticed (check a CRC, drop what does not match; what TLS or QUIC check is enough): raftlog has
 * checksums of its own for entries and for the records of appends on their way to the leader, but
 * none for headers, nor for whose records they are. It must not invent frames, and must deliver
 * only frames that were sent to this node, by the member that it names as the sender, in the same
 * cluster. Raftlog believes that name. So where others than members can connect, the transport must
 * authenticate them.
 *
 * <p>How many connections there are between two nodes, and which of them connects, is free, but
 * frames must get through both ways. A connection on which nothing arrives any more should be given
 * up after some seconds: until then frames are sent into it in vain. Frames have a version of their
 * own inside; a transport needs one for what it adds.
 *
 * <p>A transport serves one node, is started once and closed once; all logs of the node share it.
 * The members stay the same from start to close.
 */
public interface Transport extends AutoCloseable {
  /**
   * Starts to listen and to deliver. Called once, before any other method.
   *
   * <p>Blocks until the local address is bound. Connections to other nodes are made in the
   * background and again for ever when they break; a peer that cannot be reached is no error. Peers
   * of another cluster, and nodes that are no members, must be refused before any of their frames
   * is delivered.
   *
   * @param context who this node is and where the others are
   * @param listener where received frames go, also before this method has returned
   * @throws io.raftlog.NodeStartException when the local address cannot be parsed or resolved
   *     ({@code BAD_ADDRESS}), is taken or not one of this machine's ({@code ADDRESS_IN_USE}), or
   *     cannot be bound for another reason ({@code OTHER}); also {@code BAD_ADDRESS} if the
   *     transport finds that another member's cannot be parsed. The transport has no threads then,
   *     and is not closed
   * @throws IllegalStateException if the transport notices that it was started or closed before
   */
  void start(TransportContext context, TransportListener listener);

  /**
   * Sends a frame, or drops it.
   *
   * <p>Called from any number of threads at once, interrupted ones too, which stay interrupted:
   * never blocks and never throws. When the peer's outbound queue is full, the frame is dropped:
   * memory is bounded in bytes. A frame to a peer that is not connected is best dropped too: if it
   * is kept, it counts for the same bound, and is probably stale when the peer is back. After
   * {@link #close} every frame is dropped.
   *
   * <p>The bound must let the longest frame through. Raftlog has up to about 16 MiB of each log on
   * their way to one member; a shorter queue drops frames under load.
   *
   * @param to a member of the context other than this node; a frame to anybody else, this node
   *     included, is dropped
   * @param frame the frame; see there for its buffers
   */
  void send(NodeId to, Frame frame);

  /**
   * Stops listening, closes every connection and releases every thread that the transport made.
   * Frames that wait may be dropped. Blocks until that is done, a few seconds at most; after it
   * returned, the listener is not called any more, and the address can be bound again. Raftlog does
   * not call it from within a method of the listener.
   *
   * <p>May be called twice, before {@link #start}, by several threads at once, and by an
   * interrupted thread, which stays interrupted; never throws.
   */
  @Override
  void close();
}
