package io.raftlog.internal.message;

/**
 * The leader asks the receiver to stand for election at once (thesis §3.10).
 *
 * @param term the leader's term
 */
public record TimeoutNow(long term) implements RaftMessage {
  @Override
  public Kind kind() {
    return Kind.TIMEOUT_NOW;
  }
}
