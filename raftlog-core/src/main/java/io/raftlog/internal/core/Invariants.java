package io.raftlog.internal.core;

/**
 * Checks that are always on. One that fails means that this replica's state cannot be trusted: the
 * exception ends in the shell, which stops the replica.
 */
final class Invariants {
  private Invariants() {}

  static void check(boolean holds, String what) {
    if (!holds) {
      throw new InvariantViolation(what);
    }
  }

  static void check(boolean holds, String what, long value) {
    if (!holds) {
      throw new InvariantViolation(what + ": " + value);
    }
  }

  static void check(boolean holds, String what, long left, long right) {
    if (!holds) {
      throw new InvariantViolation(what + ": " + left + " and " + right);
    }
  }
}
