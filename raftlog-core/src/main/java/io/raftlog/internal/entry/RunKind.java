package io.raftlog.internal.entry;

/** What a run holds. The code is stored and sent; codes are never reused. */
public enum RunKind {
  /** Records of a producer. */
  RECORDS(0),
  /** See {@link ControlRun.Registration}. */
  REGISTRATION(1),
  /** See {@link ControlRun.Claim}. */
  CLAIM(2),
  /** See {@link ControlRun.Position}. */
  POSITION(3),
  /** See {@link ControlRun.Removal}. */
  REMOVAL(4);

  private final byte code;

  RunKind(int code) {
    this.code = (byte) code;
  }

  byte code() {
    return code;
  }

  static RunKind ofCode(byte code) {
    return switch (code) {
      case 0 -> RECORDS;
      case 1 -> REGISTRATION;
      case 2 -> CLAIM;
      case 3 -> POSITION;
      case 4 -> REMOVAL;
      default -> throw new MalformedEntryException("malformed run of unknown kind " + code);
    };
  }
}
