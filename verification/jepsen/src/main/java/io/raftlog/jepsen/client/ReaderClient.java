package io.raftlog.jepsen.client;

import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.HistoryWriter;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Reads on any node, from anywhere, with either consistency. */
final class ReaderClient extends Client {
  private static final int MAX_OUTSTANDING = 8;
  private static final int MAX_RECORDS = 20;
  private static final int MAX_TIMEOUT_MILLIS = 5_000;
  private static final int MAX_WAIT_MILLIS = 1_000;

  private int outstanding;
  private long knownEnd;

  ReaderClient(
      String name,
      SplittableRandom random,
      HistoryWriter history,
      Servers servers,
      double stepMillis) {
    super(name, random, history, servers, stepMillis);
  }

  @Override
  boolean isDone() {
    return outstanding == 0;
  }

  @Override
  void step() {
    @Nullable String node = anyNode();
    if (node == null || outstanding >= MAX_OUTSTANDING || isStopping()) {
      return;
    }
    NodeConnection connection = connect(node);
    if (connection == null) {
      return;
    }
    boolean linearizable = random.nextBoolean();
    long offset = offset();
    long op = history.read(name, connection.session(), linearizable, offset);
    outstanding++;
    connection.send(
        request(linearizable, offset, 1 + random.nextInt(MAX_RECORDS)),
        here(answer -> completed(history, name, op, offset, answer)));
  }

  private String request(boolean linearizable, long offset, int maxRecords) {
    int wait = random.nextDouble() < 0.3 ? random.nextInt(MAX_WAIT_MILLIS) : 0;
    return Requests.read(
        linearizable, offset, maxRecords, 100 + random.nextInt(MAX_TIMEOUT_MILLIS), wait);
  }

  /** At the end, a little beyond, shortly before, or anywhere. */
  private long offset() {
    double drawn = random.nextDouble();
    if (drawn < 0.3) {
      return knownEnd;
    }
    if (drawn < 0.35) {
      return knownEnd + 1 + random.nextInt(100);
    }
    return drawn < 0.7
        ? Math.max(0, knownEnd - 1 - random.nextInt(50))
        : random.nextLong(knownEnd + 1);
  }

  private void completed(
      HistoryWriter writer, String process, long op, long offset, Answer answer) {
    outstanding--;
    knownEnd = Math.max(knownEnd, record(writer, process, op, offset, answer));
  }

  /** Writes what a read came to; returns the end of the log that it told, 0 when it told none. */
  static long record(HistoryWriter history, String process, long op, long offset, Answer answer) {
    if (answer.ok()) {
      history.wasRead(
          process,
          op,
          Event.READ,
          offset,
          Payloads.records(answer.fields().get(1)),
          answer.number(0));
      return answer.number(0);
    }
    String error = answer.fields().get(0);
    history.failed(
        process, op, Event.READ, answer.kind() == Answer.Kind.FAIL, error, answer.number(1));
    return error.equals("OffsetOutOfRangeException") ? answer.number(1) : 0;
  }
}
