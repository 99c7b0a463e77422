package io.raftlog.spi;

import java.nio.ByteBuffer;

/**
 * One entry as it is handed to a {@link LogStorage}: its bytes, and from its header what a storage
 * needs to find it again.
 *
 * @param index the entry's index, from 1
 * @param term the term in which a leader made it; never decreases along the log
 * @param firstOffset the offset of its first record; for an entry without records, the offset that
 *     the next record will get
 * @param recordCount how many records it holds; 0 for a control entry, or one of registrations
 *     alone
 * @param bytes the whole entry, header included; shared, to be read only through a duplicate
 */
public record StoredEntry(
    long index, long term, long firstOffset, int recordCount, ByteBuffer bytes) {}
