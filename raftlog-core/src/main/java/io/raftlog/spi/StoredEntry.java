package io.raftlog.spi;

import java.nio.ByteBuffer;

/**
 * One entry as it is handed to a {@link LogStorage}: its bytes, and from its header what a storage
 * needs to find it again. The bytes are raftlog's, with a checksum; a storage has no reason to look
 * into them.
 *
 * @param index the entry's index, from 1
 * @param term the term in which a leader made it; never decreases along the log
 * @param firstOffset the offset of its first record; for an entry without records, the offset that
 *     the next record will get. 0 for the first entry, then that of the entry before plus its
 *     record count; so entries may have the same one, and after a truncation other entries get
 *     offsets that were there before
 * @param recordCount how many records it holds; 0 for a control entry, or one of registrations
 *     alone
 * @param bytes the whole entry, header included, at most 16 MiB
 */
public record StoredEntry(
    long index, long term, long firstOffset, int recordCount, ByteBuffer bytes) {}
