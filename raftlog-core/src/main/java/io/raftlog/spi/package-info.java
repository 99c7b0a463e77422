/**
 * What the author of a transport or a storage implements: start with {@link
 * io.raftlog.spi.Transport} and {@link io.raftlog.spi.NodeStorage}. The contract suites of the
 * testkit module check an implementation against what is promised here, as far as a test can. What
 * follows holds for all methods.
 *
 * <p><b>Buffers.</b> The contents of a {@link java.nio.ByteBuffer} are the bytes from its position
 * to its limit. They are opaque, so its byte order means nothing. It may be of any kind: on the
 * heap or direct, read-only, a view of a part of something larger. Whoever is given one, raftlog
 * included, reads it through {@link java.nio.ByteBuffer#duplicate()}: neither its bytes nor its
 * position, limit and mark are changed, not even for a moment, since other threads read it too.
 * Nothing is ever given back. From when it is handed over, in either direction, the bytes stay as
 * they are for as long as anybody has the buffer, also after close; so memory that is pooled,
 * reused or unmapped has to be copied first.
 *
 * <p><b>Threads.</b> All logs of a node share one thread. While it is in {@link
 * io.raftlog.spi.Transport#send} or {@link io.raftlog.spi.LogStorage#write}, none of them does
 * anything, heartbeats included. {@link io.raftlog.spi.LogStorage#read} and {@link
 * io.raftlog.spi.LogStorage#indexOf} are called on a few other threads. Everything else is called
 * on the application's threads that start and close the node, and so are the reads of a start.
 * Those may be interrupted; the node's own are not.
 *
 * <p><b>Order.</b> A node that starts opens its storage, then one log after the other, and reads
 * the stored state of each and what follows its checkpoint; then it starts the transport, and only
 * then sends and writes. A node that closes hands leadership over, ceases to send and write, closes
 * the transport, and then the storage, which may still be read then. When a start fails, what was
 * opened is closed again. What has itself refused to open is not closed, nor what was not tried any
 * more: it may be another node's.
 *
 * <p><b>Exceptions.</b> Any exception, also one that a method does not name, fails the start when
 * it is thrown by a method that is called for it. The application gets it as it is, but for a
 * {@link io.raftlog.spi.StorageException} of the stored state or of a read, which becomes a {@link
 * io.raftlog.NodeStartException}. One of {@code close} is logged, and closing goes on. Later, an
 * exception of {@code send}, {@code write}, {@code read} or {@code indexOf} stops the log's replica
 * until the node is started again: it neither votes, acknowledges nor leads, and its appends and
 * reads fail. The node's other logs go on. Raftlog repeats no call that has failed.
 */
@NullMarked
package io.raftlog.spi;

import org.jspecify.annotations.NullMarked;
