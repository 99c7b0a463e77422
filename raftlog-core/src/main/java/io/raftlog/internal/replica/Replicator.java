package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.Send;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.wire.WireCodec;
import io.raftlog.spi.Frame;
import io.raftlog.spi.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Turns the core's messages into frames and attaches the entries. Entries that are no longer in
 * memory are read from the storage, off the loop. Owned by the loop thread.
 */
final class Replicator {
  private final String logId;
  private final WireCodec codec;
  private final ReplicaPorts ports;
  private final Inbox inbox;
  private final int maxReadBytes;

  Replicator(ReplicaConfig config, WireCodec codec, ReplicaPorts ports, Inbox inbox) {
    this.logId = config.logId();
    this.maxReadBytes = config.core().maxAppendBytes();
    this.codec = codec;
    this.ports = ports;
    this.inbox = inbox;
  }

  void perform(List<Send> sends, EntryTail tail) {
    for (Send send : sends) {
      if (!send.entries().exist()) {
        post(send.envelope(), priority(send), List.of());
        continue;
      }
      List<ByteBuffer> entries = fromMemory(send, tail);
      if (entries == null) {
        readThenSend(send);
      } else {
        post(send.envelope(), Frame.Priority.BULK, entries);
      }
    }
  }

  /** The entries to attach, or null if the first is no longer in memory. */
  private static @Nullable List<ByteBuffer> fromMemory(Send send, EntryTail tail) {
    List<ByteBuffer> entries = new ArrayList<>();
    long bytes = 0;
    for (long index = send.entries().fromIndex(); index <= send.entries().toIndex(); index++) {
      LogEntry entry = tail.get(index);
      if (entry == null) {
        break;
      }
      bytes += entry.length();
      if (send.entries().maxBytes() > 0
          && bytes > send.entries().maxBytes()
          && !entries.isEmpty()) {
        break;
      }
      entries.add(entry.bytes());
    }
    return entries.isEmpty() ? null : entries;
  }

  private void readThenSend(Send send) {
    try {
      ports.blockingReads().execute(() -> read(send));
    } catch (RejectedExecutionException e) {
      // As if the message had been lost: the next heartbeat finds out that something is missing.
      return;
    }
  }

  private void read(Send send) {
    try {
      List<LogEntry> entries = new ArrayList<>();
      long expected = send.entries().fromIndex();
      int maxBytes = send.entries().maxBytes() > 0 ? send.entries().maxBytes() : maxReadBytes;
      for (ByteBuffer bytes : ports.storage().read(expected, maxBytes)) {
        entries.add(LogEntry.parse(bytes).mustBe(expected++));
      }
      if (entries.isEmpty()) {
        throw StorageException.corrupted("the storage does not hold entry " + expected, null);
      }
      inbox.readForFollower(new CatchUp(send, entries));
    } catch (Throwable e) {
      inbox.failed(e);
    }
  }

  /**
   * Entries that were read for a follower.
   *
   * @param send what they were read for
   * @param entries the entries, in order from the first one that was asked for
   */
  record CatchUp(Send send, List<LogEntry> entries) {}

  /**
   * Sends what was read, unless this replica has ceased to lead in that term. What is stored may
   * still be what a pending write is about to replace: only entries that are in the log now are
   * sent.
   */
  void sendCatchUp(CatchUp catchUp, RaftCore core) {
    Envelope envelope = catchUp.send().envelope();
    boolean stillLeads =
        envelope.message().term() == core.term() && envelope.from().equals(core.role().leader());
    List<ByteBuffer> entries = new ArrayList<>();
    for (LogEntry entry : catchUp.entries()) {
      if (!stillLeads
          || entry.index() > catchUp.send().entries().toIndex()
          || core.termAt(entry.index()) != entry.term()) {
        break;
      }
      entries.add(entry.bytes());
    }
    if (!entries.isEmpty()) {
      post(envelope, Frame.Priority.BULK, entries);
    }
  }

  private static Frame.Priority priority(Send send) {
    return send.behindEntries() ? Frame.Priority.BULK : Frame.Priority.CONTROL;
  }

  private void post(Envelope envelope, Frame.Priority priority, List<ByteBuffer> body) {
    ports.send().accept(envelope.to(), new Frame(priority, codec.encode(logId, envelope), body));
  }

  /** Sends a message of the shell's own. */
  void post(RaftCore core, NodeId to, RaftMessage message, List<ByteBuffer> body) {
    Frame.Priority priority = body.isEmpty() ? Frame.Priority.CONTROL : Frame.Priority.BULK;
    post(core.envelope(to, message), priority, body);
  }
}
