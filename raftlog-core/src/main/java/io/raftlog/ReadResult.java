package io.raftlog;

import java.util.List;

/**
 * What a read found: committed records in order, without a gap.
 *
 * @param records the records from the asked offset on; empty at the end of the log
 * @param nextOffset the offset to read next
 * @param startOffset the first offset that is retained
 * @param endOffset the end of what this node knew to be committed, exclusive
 */
public record ReadResult(
    List<LogRecord> records, long nextOffset, long startOffset, long endOffset) {
  /** Makes the list unmodifiable. */
  public ReadResult {
    records = List.copyOf(records);
  }
}
