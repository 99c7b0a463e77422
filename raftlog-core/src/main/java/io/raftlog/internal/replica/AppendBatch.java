package io.raftlog.internal.replica;

import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Appends that will probably become one entry. Filled by callers under the accumulator's lock, then
 * handed to the loop thread.
 */
final class AppendBatch {
  /**
   * Longer room is not kept for another batch, since an idle log would hold on to it: 2 MiB, as
   * much as a batch has at most by default.
   */
  static final int MAX_KEPT_ROOM_BYTES = 2 << 20;

  private final EntryDraft draft;
  private final Consumer<byte[]> usedRoom;
  private final List<PendingAppend> appends = new ArrayList<>();
  private @Nullable ByteBuffer encoded;

  /**
   * An empty batch.
   *
   * @param room what it is filled in, as long as it fits
   * @param usedRoom gets it, or what it grew into, when the batch has been encoded; unless that is
   *     longer than {@link #MAX_KEPT_ROOM_BYTES}
   */
  AppendBatch(byte[] room, Consumer<byte[]> usedRoom) {
    this.draft = new EntryDraft(room);
    this.usedRoom = usedRoom;
  }

  PendingAppend.Records add(
      ProducerId producer,
      long registration,
      long firstSequence,
      RecordBodies records,
      long bytes) {
    int from = draft.append(producer, registration, firstSequence, records);
    PendingAppend.Records append =
        new PendingAppend.Records(
            producer,
            registration,
            firstSequence,
            records.crcs(),
            bytes,
            this,
            from,
            draft.length());
    appends.add(append);
    return append;
  }

  void add(PendingAppend.Control control) {
    draft.append(control.run);
    appends.add(control);
  }

  int length() {
    return draft.length();
  }

  List<PendingAppend> appends() {
    return appends;
  }

  /** The batch as an entry whose header is still empty; nothing can be added any more. */
  ByteBuffer encoded() {
    if (encoded == null) {
      byte[] room = draft.room();
      boolean kept = room.length <= MAX_KEPT_ROOM_BYTES;
      encoded = kept ? draft.copy() : draft.finish();
      if (kept) {
        usedRoom.accept(room);
      }
    }
    return encoded;
  }
}
