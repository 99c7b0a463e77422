package io.raftlog.internal.core;

import io.raftlog.internal.message.Envelope;

/**
 * A message to send at once, and for an append request which entries to put into it.
 *
 * @param envelope the message; an append request's entries are still missing
 * @param fromIndex the first entry to attach
 * @param toIndex the last entry to attach; below fromIndex for none
 * @param maxBytes the shell may attach fewer entries, beginning with fromIndex, when they exceed
 *     this many bytes; 0 when it must attach all, whose size the core has counted
 */
public record Send(Envelope envelope, long fromIndex, long toIndex, int maxBytes) {
  static Send of(Envelope envelope) {
    return new Send(envelope, 1, 0, 0);
  }

  /**
   * Whether entries have to be attached.
   *
   * @return whether there are any
   */
  public boolean carriesEntries() {
    return toIndex >= fromIndex;
  }
}
