package io.raftlog.internal.replica;

import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.ProducerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends that will probably become one entry. Filled by callers under the accumulator's lock, then
 * handed to the loop thread.
 */
final class AppendBatch {
  private final EntryDraft draft;
  private final List<PendingAppend> appends = new ArrayList<>();
  private @Nullable ByteBuffer encoded;

  AppendBatch(int expectedBytes) {
    draft = new EntryDraft(expectedBytes);
  }

  PendingAppend add(
      ProducerId producer, long firstSequence, List<byte[]> payloads, int[] crcs, long bytes) {
    int from = draft.append(producer, firstSequence, payloads, crcs);
    PendingAppend append =
        new PendingAppend(producer, firstSequence, crcs, bytes, this, from, draft.length());
    appends.add(append);
    return append;
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
      encoded = draft.finish();
    }
    return encoded;
  }
}
