package io.raftlog.internal.core;

import io.raftlog.internal.message.Envelope;

/**
 * A message to send at once, and for an append request which entries to put into it.
 *
 * @param envelope the message; an append request's entries are still missing
 * @param entries which entries to attach
 * @param behindEntries whether entries are on their way to the receiver that this message must not
 *     overtake: it would find them missing, and they would be sent again
 */
public record Send(Envelope envelope, Entries entries, boolean behindEntries) {
  /**
   * Which entries to attach.
   *
   * @param fromIndex the first entry
   * @param toIndex the last entry; below fromIndex for none
   * @param maxBytes the shell may attach fewer entries, beginning with fromIndex, when they exceed
   *     this many bytes; 0 when it must attach all, whose size the core has counted
   */
  public record Entries(long fromIndex, long toIndex, int maxBytes) {
    private static final Entries NONE = new Entries(1, 0, 0);

    /** Whether there are any. */
    public boolean exist() {
      return toIndex >= fromIndex;
    }
  }

  static Send of(Envelope envelope) {
    return new Send(envelope, Entries.NONE, false);
  }
}
