package io.raftlog.jepsen.client;

/** Lines of the control protocol. */
final class Requests {
  private Requests() {}

  static String read(
      boolean linearizable, long offset, int maxRecords, long timeoutMillis, long waitMillis) {
    return "read "
        + (linearizable ? "linearizable " : "local ")
        + offset
        + " "
        + maxRecords
        + " "
        + timeoutMillis
        + " "
        + waitMillis;
  }
}
