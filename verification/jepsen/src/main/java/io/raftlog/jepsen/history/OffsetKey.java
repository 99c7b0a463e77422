package io.raftlog.jepsen.history;

import io.raftlog.simulation.checkers.RecordKey;

/**
 * A record that was read, and where.
 *
 * @param offset the record's
 * @param key which record it is
 */
public record OffsetKey(long offset, RecordKey key) {}
