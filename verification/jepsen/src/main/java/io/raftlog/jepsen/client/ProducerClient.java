package io.raftlog.jepsen.client;

import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.HistoryWriter;
import io.raftlog.simulation.checkers.RecordKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Appends one producer's records until they are there: what has failed, for whatever reason, is
 * called again with the same sequence. As the simulator's producers, in real time. How sequences
 * are called, in which order and how often, is up to the subclass.
 */
abstract class ProducerClient extends Client {
  /** One call. */
  private record Attempt(long op, RecordKey first, int count) {}

  /** What is appended in one call at most. */
  private static final int MAX_LIST = 5;

  private final Set<Attempt> outstanding = new HashSet<>();

  /** Calls by sequence of which this client was not told that they definitely had no effect. */
  private final Map<Long, Integer> possible = new HashMap<>();

  private final Map<Long, Integer> versions = new HashMap<>();

  /** Everything below is in the log. */
  private long proven;

  /** What was called last, exclusive. */
  private long called;

  ProducerClient(
      String name,
      SplittableRandom random,
      HistoryWriter history,
      Servers servers,
      double stepMillis) {
    super(name, random, history, servers, stepMillis);
  }

  /** A call has failed. */
  abstract void onFailure(boolean definitely);

  final long proven() {
    return proven;
  }

  final boolean isIdle() {
    return outstanding.isEmpty();
  }

  @Override
  final boolean isDone() {
    return proven >= called && outstanding.isEmpty();
  }

  /**
   * How many records a call shall have that begins at a sequence, all of them of one version. If
   * every call of the sequence was refused for good, it may be used for another payload now.
   */
  final int drawList(long sequence, double probability) {
    Integer calls = possible.get(sequence);
    if (calls != null && calls == 0 && random.nextBoolean()) {
      possible.remove(sequence);
      versions.merge(sequence, 1, Integer::sum);
    }
    int most = random.nextDouble() < probability ? 1 + random.nextInt(MAX_LIST) : 1;
    int count = 1;
    while (count < most && version(sequence + count) == version(sequence)) {
      count++;
    }
    return count;
  }

  /** Calls append; false when the node cannot be reached. */
  final boolean call(String node, long sequence, int count) {
    NodeConnection connection = connect(node);
    if (connection == null) {
      return false;
    }
    RecordKey first = new RecordKey(name, sequence, version(sequence));
    long op = history.append(name, connection.session(), first, count, proven);
    Attempt attempt = new Attempt(op, first, count);
    outstanding.add(attempt);
    for (int i = 0; i < count; i++) {
      possible.merge(sequence + i, 1, Integer::sum);
    }
    called = Math.max(called, sequence + count);
    connection.send(
        "append " + name + " " + sequence + " " + Payloads.base64(first, count),
        here(answer -> completed(attempt, answer)));
    return true;
  }

  private int version(long sequence) {
    return versions.getOrDefault(sequence, 0);
  }

  private void completed(Attempt attempt, Answer answer) {
    outstanding.remove(attempt);
    long first = attempt.first().sequence();
    if (answer.ok()) {
      history.appended(name, attempt.op(), answer.number(0), answer.fields().get(1));
      prove(first + attempt.count());
      return;
    }
    boolean definitely = answer.kind() == Answer.Kind.FAIL;
    String error = answer.fields().get(0);
    long detail = answer.number(1);
    history.failed(name, attempt.op(), Event.APPEND, definitely, error, detail);
    if (definitely) {
      for (int i = 0; i < attempt.count(); i++) {
        possible.computeIfPresent(first + i, (sequence, calls) -> calls - 1);
      }
    }
    if (error.equals("SequenceGapException")) {
      prove(detail);
    }
    onFailure(definitely);
  }

  private void prove(long sequence) {
    for (; proven < sequence; proven++) {
      possible.remove(proven);
      versions.remove(proven);
    }
  }
}
