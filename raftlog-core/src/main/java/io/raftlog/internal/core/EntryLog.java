package io.raftlog.internal.core;

import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.entry.Membership;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the algorithm knows of the log: terms, memberships, the sizes of the newest entries, and
 * what of it the next write has to store. Owned by the loop thread.
 */
public final class EntryLog {
  /** A membership and the entry that says it. */
  public record MembershipAt(long index, Membership membership) {}

  private final TermHistory terms;

  /** Newest first; those before the newest are needed if it is truncated away. */
  private final ArrayDeque<MembershipAt> memberships = new ArrayDeque<>();

  private final TailSizes sizes;

  /** The last index that writes have been asked to store. */
  private long writtenIndex;

  /** The first index that changed since the last write; beyond the last index if none. */
  private long changedFrom;

  EntryLog(Recovered recovered) {
    long last = recovered.lastIndex();
    terms = new TermHistory(recovered.firstIndex() - 1);
    List<io.raftlog.spi.StoredState.TermStart> starts = recovered.terms();
    for (int i = 0; i < starts.size(); i++) {
      long to = i + 1 < starts.size() ? starts.get(i + 1).index() - 1 : last;
      terms.append(starts.get(i).term(), starts.get(i).index(), to);
    }
    Invariants.check(
        terms.lastIndex() == last, "term starts end before the log", terms.lastIndex(), last);
    for (MembershipAt at : recovered.memberships()) {
      memberships.push(at);
    }
    sizes = new TailSizes(last + 1);
    writtenIndex = last;
    changedFrom = last + 1;
  }

  void append(Extent extent, long commitIndex) {
    Invariants.check(
        extent.index() == lastIndex() + 1,
        "entries must be contiguous",
        extent.index(),
        lastIndex());
    terms.append(extent.term(), extent.index(), extent.index());
    sizes.add(extent.bytes());
    Membership membership = extent.membership();
    if (membership != null) {
      forgetMembershipsBefore(commitIndex);
      memberships.push(new MembershipAt(extent.index(), membership));
    }
  }

  /** Keeps the newest committed membership and those after it. */
  private void forgetMembershipsBefore(long commitIndex) {
    boolean committedSeen = false;
    for (Iterator<MembershipAt> i = memberships.iterator(); i.hasNext(); ) {
      MembershipAt at = i.next();
      if (committedSeen) {
        i.remove();
      }
      committedSeen |= at.index() <= commitIndex;
    }
  }

  void truncate(long fromIndex) {
    terms.truncate(fromIndex);
    sizes.truncate(fromIndex);
    while (!memberships.isEmpty() && memberships.peek().index() >= fromIndex) {
      memberships.pop();
    }
    changedFrom = Math.min(changedFrom, fromIndex);
  }

  /** Whether there is something that no write has been asked to store. */
  boolean hasChanges() {
    return changedFrom <= lastIndex() || changedFrom <= writtenIndex;
  }

  /** What the next write has to do; afterwards there are no changes. */
  LogChange takeChange() {
    long truncateFrom = changedFrom <= writtenIndex ? changedFrom : 0;
    LogChange change = new LogChange(truncateFrom, changedFrom, lastIndex());
    writtenIndex = lastIndex();
    changedFrom = lastIndex() + 1;
    return change;
  }

  /**
   * What a write has to do to the stored log.
   *
   * @param truncateFrom remove this index and everything after it first; 0 for none
   * @param fromIndex the first entry to append
   * @param toIndex the last entry to append; below fromIndex for none
   */
  record LogChange(long truncateFrom, long fromIndex, long toIndex) {}

  long lastIndex() {
    return terms.lastIndex();
  }

  long lastTerm() {
    return terms.lastTerm();
  }

  /** The term of an entry, 0 for index 0, -1 for an entry that this log does not have. */
  long termAt(long index) {
    return terms.termAt(index);
  }

  long firstIndexOfTermAt(long index) {
    return terms.firstIndexOfTermAt(index);
  }

  long lastIndexUpToTerm(long term) {
    return terms.lastIndexUpToTerm(term);
  }

  /** The membership in force: the newest in the log, committed or not (§6); null if none yet. */
  @Nullable Membership membership() {
    MembershipAt newest = memberships.peek();
    return newest == null ? null : newest.membership();
  }

  /** The index of the membership in force, 0 if there is none. */
  long membershipIndex() {
    MembershipAt newest = memberships.peek();
    return newest == null ? 0 : newest.index();
  }

  /** Sizes of the newest entries, those that the shell holds in memory. */
  TailSizes sizes() {
    return sizes;
  }
}
