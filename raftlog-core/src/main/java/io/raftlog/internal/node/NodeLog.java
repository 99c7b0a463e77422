package io.raftlog.internal.node;

import io.raftlog.AppendResult;
import io.raftlog.LogOptions;
import io.raftlog.LogStatus;
import io.raftlog.RaftLog;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.replica.Replica;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * A log as an application sees it: checks arguments, then hands over to the replica. Any thread.
 */
final class NodeLog implements RaftLog {
  private final String id;
  private final LogOptions options;
  private final Replica replica;

  NodeLog(String id, LogOptions options, Replica replica) {
    this.id = id;
    this.options = options;
    this.replica = replica;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public CompletableFuture<AppendResult> append(String producerId, long sequence, byte[] payload) {
    return append(
        producerId, sequence, List.of(Objects.requireNonNull(payload, "payload must not be null")));
  }

  @Override
  public CompletableFuture<AppendResult> append(
      String producerId, long firstSequence, List<byte[]> payloads) {
    ProducerId producer =
        ProducerId.of(Objects.requireNonNull(producerId, "producer id must not be null"));
    List<byte[]> copied = List.copyOf(payloads);
    if (copied.isEmpty()) {
      throw new IllegalArgumentException("a list to append must have at least one payload");
    }
    if (firstSequence < 0 || firstSequence > Long.MAX_VALUE - copied.size()) {
      throw new IllegalArgumentException(
          "sequence must be from 0 to 2^63 - 1, is " + firstSequence);
    }
    for (byte[] payload : copied) {
      if (payload.length > options.maxPayloadBytes()) {
        throw new IllegalArgumentException(
            "payload has "
                + payload.length
                + " bytes, maxPayloadBytes is "
                + options.maxPayloadBytes());
      }
    }
    long bytes = EntryLayout.HEADER_BYTES + EntryDraft.bytesFor(producer, copied);
    if (bytes > options.maxBatchBytes()) {
      throw new IllegalArgumentException(
          "the list needs "
              + bytes
              + " bytes as one batch, maxBatchBytes is "
              + options.maxBatchBytes());
    }
    return replica.append(producer, firstSequence, copied);
  }

  @Override
  public CompletableFuture<ReadResult> read(long offset, ReadOptions readOptions) {
    Objects.requireNonNull(readOptions, "read options must not be null");
    if (offset < 0) {
      throw new IllegalArgumentException("offset must not be negative, is " + offset);
    }
    return replica.reader().read(offset, readOptions);
  }

  @Override
  public LogStatus status() {
    return replica.status();
  }
}
