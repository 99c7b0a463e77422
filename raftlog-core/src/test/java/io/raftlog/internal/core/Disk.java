package io.raftlog.internal.core;

import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.entry.Membership;
import io.raftlog.spi.StoredState.TermStart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server's disk: writes become durable in order, some time after they were asked for; each is
 * atomic, and a crash loses those that are not durable yet.
 */
final class Disk {
  /** An entry, and a hash over it and everything before it. */
  record Entry(Extent extent, long hash) {
    static Entry after(@Nullable Entry previous, Extent extent) {
      long hash = previous == null ? 17 : previous.hash();
      Membership membership = extent.membership();
      hash = (hash ^ extent.index()) * 0x9e3779b97f4a7c15L;
      hash = (hash ^ extent.term()) * 0x9e3779b97f4a7c15L;
      hash = (hash ^ extent.bytes()) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 29;
      return new Entry(extent, hash * 31 + (membership == null ? 0 : membership.hashCode()));
    }
  }

  private record Pending(
      Effects.Write write, List<Entry> entries, long commitIndex, long dueNanos) {}

  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private final List<Entry> log = new ArrayList<>();
  private HardState hardState = HardState.EMPTY;
  private long commitIndex;
  private boolean stalled;

  /** Asks for a write; the commit index travels with it, as a checkpoint does. */
  void submit(Effects.Write write, List<Entry> entries, long commitIndex, long dueNanos) {
    pending.add(new Pending(write, List.copyOf(entries), commitIndex, dueNanos));
  }

  /** Nothing becomes durable by itself until resumed. */
  void stall() {
    stalled = true;
  }

  void resume() {
    stalled = false;
  }

  /** When the next write becomes durable by itself, on the cluster's clock. */
  long dueNanos() {
    Pending next = pending.peek();
    return stalled || next == null ? Long.MAX_VALUE : next.dueNanos();
  }

  int pendingWrites() {
    return pending.size();
  }

  /** Makes durable what is due by now; returns the last write's id. */
  long complete(long nowNanos) {
    long last = 0;
    while (!pending.isEmpty() && pending.peek().dueNanos() <= nowNanos) {
      last = completeOne();
    }
    return last;
  }

  /** Makes the oldest pending write durable, whenever it is due; returns its id. */
  long completeOne() {
    Pending next = pending.remove();
    apply(next);
    return next.write().writeId();
  }

  private void apply(Pending next) {
    Effects.Write write = next.write();
    HardState state = write.hardState();
    check(state.term() >= hardState.term(), "the durable term decreased", state);
    check(
        state.term() > hardState.term()
            || hardState.votedFor() == null
            || Objects.equals(state.votedFor(), hardState.votedFor()),
        "the durable vote changed within a term",
        state);
    check(
        !hardState.isFormed() || state.formation().equals(hardState.formation()),
        "the durable formation changed",
        state);
    hardState = state;
    if (write.truncateFrom() > 0) {
      check(write.truncateFrom() <= log.size(), "nothing to truncate", write);
      log.subList((int) write.truncateFrom() - 1, log.size()).clear();
    }
    if (write.toIndex() >= write.fromIndex()) {
      check(write.fromIndex() == log.size() + 1, "a write leaves a gap", write);
      log.addAll(next.entries());
    }
    check(next.commitIndex() <= log.size(), "committed, but not in this write", write);
    commitIndex = next.commitIndex();
  }

  private void check(boolean holds, String what, Object value) {
    if (!holds) {
      throw new AssertionError(what + ": " + value + " on a disk with " + hardState);
    }
  }

  /** Power is lost: of what is not durable, the first few writes happen to survive. */
  void crash(int survivors) {
    for (int i = 0; i < survivors && !pending.isEmpty(); i++) {
      completeOne();
    }
    pending.clear();
    stalled = false;
  }

  /** Puts a log on the disk, as if it had been written long ago. */
  void preset(HardState state, List<Extent> extents, long committed) {
    hardState = state;
    log.clear();
    for (Extent extent : extents) {
      log.add(Entry.after(log.isEmpty() ? null : log.get(log.size() - 1), extent));
    }
    commitIndex = committed;
  }

  HardState hardState() {
    return hardState;
  }

  List<Entry> log() {
    return log;
  }

  long commitIndex() {
    return commitIndex;
  }

  boolean holds(long index, long hash) {
    return index == 0 || (index <= log.size() && log.get((int) index - 1).hash() == hash);
  }

  /** What a replica finds when it is started on this disk. */
  Recovered recover() {
    List<TermStart> terms = new ArrayList<>();
    List<EntryLog.MembershipAt> memberships = new ArrayList<>();
    long term = 0;
    for (Entry entry : log) {
      Extent extent = entry.extent();
      if (extent.term() > term) {
        term = extent.term();
        terms.add(new TermStart(term, extent.index()));
      }
      if (extent.membership() != null) {
        if (extent.index() <= commitIndex) {
          memberships.clear();
        }
        memberships.add(new EntryLog.MembershipAt(extent.index(), extent.membership()));
      }
    }
    return new Recovered(hardState, 1, log.size(), terms, memberships, commitIndex);
  }
}
