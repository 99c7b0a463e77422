/**
 * Carries raftlog's frames between nodes over TCP or TLS, with Netty. Start with {@link
 * io.raftlog.netty.NettyTransport#builder}; applications may depend on this package, raftlog's
 * other modules may not.
 *
 * <h2>Connections</h2>
 *
 * <p>Each node dials each other member and sends its frames over the connection that it dialed;
 * over the ones that it accepted it receives. So two nodes share two connections, one a direction.
 * One shared connection would save a socket, but two nodes that dial each other at the same moment
 * would have to agree on which of the two survives, and a node that may dial but cannot be dialed
 * would need rules of its own.
 *
 * <h2>Bytes</h2>
 *
 * <p>With TLS ({@code Tls}) a connection begins with the handshake of that. Then, or at once, there
 * is one greeting each way ({@code Greeting}). After it come packets ({@code PacketHeader}): a
 * frame travels as one packet or, when it is large, as several, between which packets of a more
 * urgent frame may go.
 */
@NullMarked
package io.raftlog.netty;

import org.jspecify.annotations.NullMarked;
