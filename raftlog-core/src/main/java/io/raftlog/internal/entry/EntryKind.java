package io.raftlog.internal.entry;

/** What an entry holds. The code is stored and sent; codes are never reused. */
public enum EntryKind {
  /** Records of producers. */
  RECORDS(1),
  /**
   * Nothing: a new leader's first entry, by which entries of earlier terms get committed (§5.4.2).
   */
  NO_OP(2),
  /** The cluster's voters; the first such entry forms the cluster. */
  MEMBERSHIP(3);

  private final byte code;

  EntryKind(int code) {
    this.code = (byte) code;
  }

  byte code() {
    return code;
  }

  static EntryKind ofCode(byte code) {
    return switch (code) {
      case 1 -> RECORDS;
      case 2 -> NO_OP;
      case 3 -> MEMBERSHIP;
      default -> throw new MalformedEntryException("unknown entry kind " + code);
    };
  }
}
