package io.raftlog.examples.outbox;

import io.raftlog.AppendResult;
import io.raftlog.BackpressureException;
import io.raftlog.Producer;
import io.raftlog.RaftLog;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Appends every item of an outbox to the log, exactly once and in order, and keeps no note of how
 * far it is: the log knows. Item i has sequence i, so {@link Producer#lastSequence} says where to
 * go on, after a crash too.
 */
final class OutboxProducer {
  static final String PRODUCER_ID = "outbox";

  /** How many appends may be without an outcome. */
  private static final int WINDOW = 256;

  private static final long PAUSE_MILLIS = 10;

  private final RaftLog log;
  private final Path outbox;
  private final Board board;
  private final Semaphore window = new Semaphore(WINDOW);

  OutboxProducer(RaftLog log, Path outbox, Board board) {
    this.log = log;
    this.outbox = outbox;
    this.board = board;
  }

  /** Works without end. Whatever an earlier process of this producer had in flight is fenced. */
  void run() throws InterruptedException {
    Producer producer = Attempts.untilAnswered(() -> log.producer(PRODUCER_ID));
    long next = producer.lastSequence() + 1;
    board.set(Board.RESUMED, next);
    board.set(Board.ACKNOWLEDGED, next);
    try (OutboxReader items = OutboxReader.at(next, outbox)) {
      while (true) {
        byte[] item = items.take();
        window.acquire();
        var unused =
            append(producer, item).whenComplete((result, failure) -> completed(producer, failure));
      }
    }
  }

  /**
   * Appends an item. One that is refused has used no sequence, so it must be in before the next.
   */
  private static CompletableFuture<AppendResult> append(Producer producer, byte[] item)
      throws InterruptedException {
    CompletableFuture<AppendResult> appended = producer.append(item);
    while (isRefused(appended)) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      appended = producer.append(item);
    }
    return appended;
  }

  private static boolean isRefused(CompletableFuture<AppendResult> appended) {
    return appended.isCompletedExceptionally()
        && appended.handle((result, failure) -> failure).join() instanceof BackpressureException;
  }

  private void completed(Producer producer, @Nullable Throwable failure) {
    if (failure != null) {
      // The producer has repeated it for as long as that had any sense: it is fenced, or the node
      // has failed. The next process goes on.
      failure.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
    board.set(Board.ACKNOWLEDGED, producer.lastSequence() + 1);
    window.release();
  }
}
