package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.internal.message.RaftMessage;
import java.nio.ByteBuffer;
import java.util.List;

/** Sends a message of the shell's own to another node. */
@FunctionalInterface
interface Outbound {
  /** Sends or drops; the body's buffers are shared and must not change any more. */
  void send(NodeId to, RaftMessage message, List<ByteBuffer> body);
}
