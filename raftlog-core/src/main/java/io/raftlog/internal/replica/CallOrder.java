package io.raftlog.internal.replica;

import org.jspecify.annotations.Nullable;

/**
 * Pending appends in the order of their calls, and up to where the present leader has been sent
 * them. Owned by the loop thread.
 *
 * <p>A list whose links are in the appends themselves, since most of them leave from its middle
 * when other subjects' are slower.
 */
final class CallOrder {
  private @Nullable PendingAppend first;
  private @Nullable PendingAppend last;

  /** The first one that the present leader has not been sent; null when it has been sent all. */
  private @Nullable PendingAppend unsent;

  void add(PendingAppend append) {
    append.previous = last;
    if (last == null) {
      first = append;
    } else {
      last.next = append;
    }
    last = append;
    if (unsent == null) {
      unsent = append;
    }
  }

  /** Takes one out. Its own links stay, for whoever is going along the list. */
  void remove(PendingAppend append) {
    if (append.previous == null) {
      first = append.next;
    } else {
      append.previous.next = append.next;
    }
    if (append.next == null) {
      last = append.previous;
    } else {
      append.next.previous = append.previous;
    }
    if (unsent == append) {
      unsent = append.next;
    }
  }

  @Nullable PendingAppend first() {
    return first;
  }

  @Nullable PendingAppend firstUnsent() {
    return unsent;
  }

  /** Nothing counts as sent any more. */
  void rewind() {
    unsent = first;
  }

  /** The one given, and everything before it, counts as sent. */
  void sentUpTo(PendingAppend append) {
    unsent = append.next;
  }
}
