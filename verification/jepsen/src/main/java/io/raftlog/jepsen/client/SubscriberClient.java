package io.raftlog.jepsen.client;

import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.HistoryWriter;
import io.raftlog.jepsen.history.OffsetKey;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One of several consumers that share a durable subscription. It claims it on any node, takes what
 * is delivered, commits some of it, and crashes now and then: it forgets what it had, and claims
 * again. Whoever is fenced waits for a while before it claims again.
 */
final class SubscriberClient extends Client {
  private static final int MAX_RECORDS = 100;
  private static final double COMMITS = 0.3;
  private static final double CRASHES = 0.005;

  /** How probable it is in a step that it claims when it has crashed, and when it was fenced. */
  private static final double CLAIMS = 0.1;

  private static final double TAKES_OVER = 0.01;

  /** A claim that succeeded. */
  private static final class Claim {
    final String node;
    final String session;

    /** By which the history knows it, and the node. */
    final long op;

    final String number;

    /** The next record that is due. */
    long next;

    /** The highest position that was called, and that was told to be committed. */
    long called;

    long committed;
    boolean waits;

    Claim(String node, String session, long op, String number, long position) {
      this.node = node;
      this.session = session;
      this.op = op;
      this.number = number;
      this.next = position;
      this.called = position;
      this.committed = position;
    }
  }

  private final String subscription;
  private @Nullable Claim claim;
  private boolean fenced;
  private int outstanding;

  SubscriberClient(
      String name,
      String subscription,
      SplittableRandom random,
      HistoryWriter history,
      Servers servers,
      double stepMillis) {
    super(name, random, history, servers, stepMillis);
    this.subscription = subscription;
  }

  /** Whoever has fenced this one goes on in its place. */
  @Override
  boolean isDone() {
    Claim own = claim;
    return outstanding == 0
        && (own == null
            ? fenced
            : own.next >= history.acknowledgedEnd() && own.committed == own.next);
  }

  @Override
  void step() {
    Claim own = claim;
    if (own == null) {
      if (outstanding == 0 && random.nextDouble() < (fenced ? TAKES_OVER : CLAIMS)) {
        claim();
      }
      return;
    }
    NodeConnection connection = connect(own.node);
    boolean lost = connection != null && !connection.session().equals(own.session);
    if (lost || (!isStopping() && random.nextDouble() < CRASHES)) {
      claim = null;
    } else if (connection != null && !own.waits) {
      take(own, connection);
    }
  }

  private void claim() {
    @Nullable String node = anyNode();
    NodeConnection connection = node == null ? null : connect(node);
    if (node == null || connection == null) {
      return;
    }
    fenced = false;
    outstanding++;
    String session = connection.session();
    long op = history.claim(name, session, subscription);
    connection.send(
        "claim " + subscription,
        here(
            answer -> {
              outstanding--;
              if (answer.ok()) {
                history.claimed(name, op, answer.number(1));
                claim = new Claim(node, session, op, answer.fields().get(0), answer.number(1));
              } else {
                failed(op, Event.CLAIM, answer);
              }
            }));
  }

  private void take(Claim own, NodeConnection connection) {
    own.waits = true;
    outstanding++;
    long due = own.next;
    long op = history.deliver(name, own.op, due);
    connection.send(
        "deliver " + own.number + " " + MAX_RECORDS,
        here(
            answer -> {
              outstanding--;
              own.waits = false;
              if (!answer.ok()) {
                // It is over, or there was no answer and nobody knows what it would have told.
                failed(op, Event.DELIVER, answer);
                lose(own, isFenced(answer));
                return;
              }
              List<OffsetKey> records = Payloads.records(answer.fields().get(1));
              history.wasRead(name, op, Event.DELIVER, due, records, answer.number(0));
              own.next += records.size();
              if (own == claim
                  && own.called < own.next
                  && (isStopping() || random.nextDouble() < COMMITS)) {
                commit(own, connection);
              }
            }));
  }

  private void commit(Claim own, NodeConnection connection) {
    outstanding++;
    long position = own.next;
    own.called = position;
    long op = history.commit(name, own.op, position);
    connection.send(
        "commit " + own.number + " " + position,
        here(
            answer -> {
              outstanding--;
              if (answer.ok()) {
                history.committed(name, op);
                own.committed = Math.max(own.committed, position);
              } else {
                failed(op, Event.COMMIT, answer);
                own.called = own.committed; // to be called again, alone or with what comes
                if (isFenced(answer)) {
                  lose(own, true);
                }
              }
            }));
  }

  private void failed(long op, String f, Answer answer) {
    history.failed(
        name, op, f, answer.kind() == Answer.Kind.FAIL, answer.fields().get(0), answer.number(1));
  }

  private static boolean isFenced(Answer answer) {
    return answer.fields().get(0).equals("SubscriptionFencedException");
  }

  private void lose(Claim own, boolean toAnother) {
    if (claim == own) {
      claim = null;
      fenced = toAnother;
    }
  }
}
