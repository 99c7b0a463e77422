package io.raftlog.rocksdb;

import io.raftlog.spi.StoredState.TermStart;
import java.util.List;

/**
 * What one write means for the keys of a log.
 *
 * @param removeFrom the first index that is truncated, where the write's entries begin
 * @param removeTo the end of the truncated indexes, exclusive; removeFrom when there are none
 * @param trimFrom the first index before the write
 * @param trimTo the first index after it
 * @param droppedTerms term starts that are removed
 * @param addedTerms term starts that are added, after the removal
 */
record LogChange(
    long removeFrom,
    long removeTo,
    long trimFrom,
    long trimTo,
    List<TermStart> droppedTerms,
    List<TermStart> addedTerms) {
  boolean truncates() {
    return removeTo > removeFrom;
  }

  boolean trims() {
    return trimTo > trimFrom;
  }
}
