package io.raftlog.internal.replica;

import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
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
      encoded = draft.finish();
    }
    return encoded;
  }
}
