package io.raftlog.internal.replica;

/**
 * Numbers for linearizable reads of one replica, whoever asks for them. Owned by the loop thread.
 */
final class ReadIds {
  private long last;

  long next() {
    return ++last;
  }
}
