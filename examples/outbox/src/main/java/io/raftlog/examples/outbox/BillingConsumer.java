package io.raftlog.examples.outbox;

import io.raftlog.LogRecord;
import io.raftlog.RaftLog;
import io.raftlog.Subscription;
import io.raftlog.SubscriptionFencedException;
import java.time.Duration;
import java.util.List;

/**
 * Counts every record of the log in the {@link BillingTable}, each exactly once, and tells the log
 * how far it is, so that it goes on there, after a crash and on another node too. Delivery is at
 * least once: it counts first and commits then. Once another consumer has taken over, it ends.
 */
final class BillingConsumer {
  private static final String SUBSCRIPTION = "billing";

  /** How many records are counted in one transaction. */
  private static final int MAX_BATCH = 64;

  /** After which time without records a commit that failed is repeated. */
  private static final Duration IDLE = Duration.ofMillis(200);

  private final RaftLog log;
  private final BillingTable table;
  private final Board board;

  BillingConsumer(RaftLog log, BillingTable table, Board board) {
    this.log = log;
    this.table = table;
    this.board = board;
  }

  /** Works until another consumer takes over, on whichever node. */
  void run() throws InterruptedException {
    Subscription subscription = Attempts.untilAnswered(() -> log.subscription(SUBSCRIPTION));
    board.set(Board.CLAIMED, subscription.position());
    Inbox inbox = new Inbox(MAX_BATCH);
    subscription.records().subscribe(inbox);
    try {
      consume(subscription, inbox);
    } catch (Inbox.Ended e) {
      if (!(e.getCause() instanceof SubscriptionFencedException)) {
        throw new IllegalStateException("the subscription is over", e);
      }
      board.set(Board.FENCED, 1);
    }
  }

  private void consume(Subscription subscription, Inbox inbox)
      throws InterruptedException, Inbox.Ended {
    long done = subscription.position();
    while (true) {
      List<LogRecord> batch = inbox.take(IDLE);
      if (!batch.isEmpty()) {
        table.apply(batch);
        done = batch.get(batch.size() - 1).offset() + 1;
      }
      if (done > subscription.position()) {
        // Nobody need wait for it: should it fail, a later one says as much and more.
        var unused = subscription.commit(done);
      }
      board.set(Board.COMMITTED, subscription.position());
    }
  }
}
