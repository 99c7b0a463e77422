package io.raftlog.internal.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes that are not durable yet, up to where each makes the log durable, and the messages that
 * must wait for them. Owned by the loop thread.
 *
 * <p>The dangerous case: entries 5 to 9 are being written when a new leader replaces 7 to 9. The
 * completion of the first write must then vouch for 5 and 6 only, so a truncation from 7 lowers
 * every earlier pending write to 6.
 */
final class PendingWrites {
  /** While a disk hangs, others go on asking. The oldest answers get lost, as in a network. */
  static final int MAX_HELD = 1000;

  private record Pending(long writeId, long lastIndex) {}

  private record Held(long writeId, Send send) {}

  private final ArrayDeque<Pending> writes = new ArrayDeque<>();
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private long lastWriteId;
  private long durableWriteId;
  private long durableIndex;

  PendingWrites(long durableIndex) {
    this.durableIndex = durableIndex;
  }

  /** The id that the next write will get. */
  long nextWriteId() {
    return lastWriteId + 1;
  }

  /** The last id that was given out. */
  long lastWriteId() {
    return lastWriteId;
  }

  long add(long lastIndex) {
    lastWriteId++;
    writes.add(new Pending(lastWriteId, lastIndex));
    return lastWriteId;
  }

  void truncate(long fromIndex) {
    durableIndex = Math.min(durableIndex, fromIndex - 1);
    List<Pending> clamped = new ArrayList<>();
    for (Pending write : writes) {
      clamped.add(new Pending(write.writeId(), Math.min(write.lastIndex(), fromIndex - 1)));
    }
    writes.clear();
    writes.addAll(clamped);
  }

  /** Everything up to writeId is durable; returns the messages that waited for it, in order. */
  List<Send> persisted(long writeId) {
    Invariants.check(
        writeId <= lastWriteId, "a write was reported durable that was never made", writeId);
    while (!writes.isEmpty() && writes.peek().writeId() <= writeId) {
      durableIndex = Math.max(durableIndex, writes.remove().lastIndex());
    }
    durableWriteId = Math.max(durableWriteId, writeId);
    List<Send> released = new ArrayList<>();
    while (!held.isEmpty() && held.peek().writeId() <= durableWriteId) {
      released.add(held.remove().send());
    }
    return released;
  }

  /** Keeps a message back until the write is durable, or {@link #MAX_HELD} others have come. */
  void hold(long writeId, Send send) {
    if (held.size() == MAX_HELD) {
      held.remove();
    }
    held.add(new Held(writeId, send));
  }

  boolean isDurable(long writeId) {
    return writeId <= durableWriteId;
  }

  /** Up to where the log as it is now is durable here. */
  long durableIndex() {
    return durableIndex;
  }
}
