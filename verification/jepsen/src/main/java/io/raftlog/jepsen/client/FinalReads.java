package io.raftlog.jepsen.client;

import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.HistoryWriter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Reads every node completely when all is over. */
public final class FinalReads {
  private static final int MAX_RECORDS = 500;
  private static final long TIMEOUT_MILLIS = 10_000;
  private static final long PAUSE_MILLIS = 200;

  private final HistoryWriter history;
  private final Servers servers;

  /** Makes one. */
  public FinalReads(HistoryWriter history, Servers servers) {
    this.history = history;
    this.servers = servers;
  }

  /**
   * Reads a node from the first record to the end: the first read is linearizable, so that the node
   * knows the end, the others are not.
   *
   * @return whether the end was reached in time
   */
  public boolean read(String node, long seconds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long offset = 0;
    long end = -1;
    while (System.nanoTime() - deadline < 0) {
      try (NodeConnection connection = NodeConnection.open(servers.control(node))) {
        while (System.nanoTime() - deadline < 0) {
          Answer answer = readOnce(connection, node, end < 0, offset);
          if (!answer.ok()) {
            break;
          }
          offset += records(answer);
          end = Math.max(end, answer.number(0));
          if (offset >= end) {
            return true;
          }
        }
      } catch (IOException notThere) {
        // Once more, until the time is up.
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    return false;
  }

  private Answer readOnce(NodeConnection connection, String node, boolean linearizable, long offset)
      throws InterruptedException {
    String process = Event.FINAL + node;
    long op = history.read(process, connection.session(), linearizable, offset);
    Answer answer =
        connection.ask(
            Requests.read(linearizable, offset, MAX_RECORDS, TIMEOUT_MILLIS, 0),
            2 * TIMEOUT_MILLIS);
    ReaderClient.record(history, process, op, offset, answer);
    return answer;
  }

  private static int records(Answer answer) {
    String records = answer.fields().get(1);
    return records.isEmpty() ? 0 : records.split(",", -1).length;
  }
}
