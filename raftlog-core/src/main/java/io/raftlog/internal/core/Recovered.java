package io.raftlog.internal.core;

import io.raftlog.spi.StoredState.TermStart;
import java.util.List;

/**
 * What a replica found in its storage.
 *
 * @param hardState term, vote and formation
 * @param firstIndex the first entry that is there
 * @param lastIndex the last entry, all of them durable
 * @param terms where each term begins
 * @param memberships the newest committed membership and those after it, oldest first
 * @param commitIndex up to where the log is known to be committed
 */
public record Recovered(
    HardState hardState,
    long firstIndex,
    long lastIndex,
    List<TermStart> terms,
    List<EntryLog.MembershipAt> memberships,
    long commitIndex) {}
