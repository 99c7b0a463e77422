package io.raftlog.internal.node;

import io.raftlog.AppendOutcomeUnknownException;
import io.raftlog.AppendResult;
import io.raftlog.BackpressureException;
import io.raftlog.LogFailedException;
import io.raftlog.Message;
import io.raftlog.NoLeaderException;
import io.raftlog.NodeClosedException;
import io.raftlog.Producer;
import io.raftlog.RaftLogException;
import io.raftlog.SequenceGapException;
import io.raftlog.SequenceReusedException;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import io.raftlog.internal.replica.ControlOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A registered producer. The replica brings each append to its outcome within the append timeout;
 * what is left to do here is to number them, and to send again, in order, what has no outcome after
 * that. Guarded by its lock, but for futures, which complete outside of it.
 */
final class ProducerHandle implements Producer {
  /** Most appends of one producer without an outcome. */
  static final int MAX_WINDOW = 16_384;

  private final ProducerLog log;
  private final ProducerId producer;
  private final long registration;
  private final ReentrantLock lock = new ReentrantLock();

  /** Without an outcome, in order. */
  private final ArrayDeque<Unsettled> window = new ArrayDeque<>();

  /** How many of them are not with the log at the moment; then new ones queue up behind them. */
  private int waiting;

  /** How many bytes the window needs. */
  private long windowBytes;

  private long nextSequence;
  private long lastSequence;
  private long lastOffset;

  /** Why it can append no more; null while it can. */
  private volatile @Nullable RaftLogException ended;

  /** One append without an outcome. */
  private static final class Unsettled {
    final long sequence;
    final RecordBodies records;
    final long bytes;
    final CompletableFuture<AppendResult> future = new CompletableFuture<>();
    boolean underWay;

    /** Up to which sequence all was known to be in the log when it was sent. */
    long provenWhenSent;

    /** Whether an earlier attempt may have got it into the log. */
    boolean doubtful;

    Unsettled(long sequence, RecordBodies records, long bytes) {
      this.sequence = sequence;
      this.records = records;
      this.bytes = bytes;
    }

    long lastSequence() {
      return sequence + records.count() - 1;
    }
  }

  private record Attempt(Unsettled append, CompletableFuture<AppendResult> outcome) {}

  private ProducerHandle(ProducerLog log, ProducerId producer, ControlOutcome registered) {
    this.log = log;
    this.producer = producer;
    this.registration = registered.inForce();
    this.nextSequence = registered.next();
    this.lastSequence = registered.next() - 1;
    this.lastOffset = registered.lastOffset();
  }

  /** Registers a producer, in place of whatever registration is in force. */
  static CompletableFuture<Producer> register(ProducerLog log, ProducerId producer) {
    long nonce = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    return register(log, producer, 0, nonce);
  }

  /** Another registration may come first each time, but then that one has made progress. */
  private static CompletableFuture<Producer> register(
      ProducerLog log, ProducerId producer, long replaces, long nonce) {
    return Futures.unwrapped(
        log.append(new ControlRun.Registration(producer, replaces, nonce))
            .thenCompose(
                outcome ->
                    outcome.isDone()
                        ? CompletableFuture.completedFuture(
                            new ProducerHandle(log, producer, outcome))
                        : register(log, producer, outcome.inForce(), nonce)));
  }

  @Override
  public String id() {
    return producer.toString();
  }

  @Override
  public CompletableFuture<AppendResult> append(byte[] payload) {
    return append(RecordBodies.copyOf(Objects.requireNonNull(payload, "payload must not be null")));
  }

  @Override
  public CompletableFuture<AppendResult> append(List<byte[]> payloads) {
    return append(RecordBodies.copyOf(payloads));
  }

  @Override
  public CompletableFuture<AppendResult> append(Message message) {
    return appendMessages(List.of(message));
  }

  @Override
  public CompletableFuture<AppendResult> appendMessages(List<Message> messages) {
    return append(RecordBodies.ofMessages(messages));
  }

  /** The records are this producer's own: they may have to be sent again. */
  private CompletableFuture<AppendResult> append(RecordBodies own) {
    Attempt attempt;
    lock.lock();
    try {
      if (ended != null) {
        return CompletableFuture.failedFuture(ended);
      }
      long bytes = EntryDraft.bytesFor(producer, own);
      if (window.size() >= MAX_WINDOW
          || (!window.isEmpty() && windowBytes + bytes > log.maxInFlightBytes())) {
        return CompletableFuture.failedFuture(windowIsFull());
      }
      Unsettled append = new Unsettled(nextSequence, own, bytes);
      if (waiting > 0) {
        log.checkLimits(producer, nextSequence, own);
        waiting++;
        attempt = null;
      } else {
        attempt = send(append);
        if (isRefused(attempt)) {
          return attempt.outcome();
        }
      }
      nextSequence = append.lastSequence() + 1;
      window.add(append);
      windowBytes += bytes;
      if (attempt == null) {
        return append.future;
      }
    } finally {
      lock.unlock();
    }
    follow(attempt);
    return attempt.append().future;
  }

  private BackpressureException windowIsFull() {
    return new BackpressureException(
        "producer \""
            + producer
            + "\": "
            + window.size()
            + " appends of "
            + windowBytes
            + " bytes have no outcome yet; nothing was appended, retry when some have completed");
  }

  private Attempt send(Unsettled append) {
    append.underWay = true;
    append.provenWhenSent = lastSequence;
    return new Attempt(append, log.append(producer, registration, append.sequence, append.records));
  }

  private @Nullable Attempt sendIfThereIsMemory(Unsettled append) {
    try {
      return send(append);
    } catch (OutOfMemoryError e) {
      return null;
    }
  }

  /** Whether there was no room for it, which is told at once. */
  private static boolean isRefused(Attempt attempt) {
    return attempt.outcome().isCompletedExceptionally()
        && failure(attempt.outcome()) instanceof BackpressureException;
  }

  private static Throwable failure(CompletableFuture<?> failed) {
    return Futures.cause(failed.handle((value, thrown) -> thrown).join());
  }

  private void follow(Attempt attempt) {
    if (attempt.outcome().isDone()) {
      // On this caller's thread others would hear of their outcomes too.
      log.complete(() -> settle(attempt));
    } else {
      settle(attempt);
    }
  }

  /** Settles it when it has an outcome. */
  private void settle(Attempt attempt) {
    var unused =
        attempt
            .outcome()
            .whenComplete(
                (result, thrown) -> {
                  if (thrown == null) {
                    succeeded(attempt.append(), result);
                  } else {
                    failed(attempt.append(), Futures.cause(thrown));
                  }
                });
  }

  private void succeeded(Unsettled append, AppendResult result) {
    lock.lock();
    try {
      remove(append);
      if (append.lastSequence() > lastSequence) {
        lastSequence = append.lastSequence();
        boolean known = result.offset() >= 0;
        lastOffset = known ? result.offset() + append.records.count() - 1 : -1;
      }
    } finally {
      lock.unlock();
    }
    try {
      sendWaiting(); // whoever hears of this one may wait for those
    } finally {
      append.future.complete(result);
    }
  }

  /** What may be repeated is repeated; anything else ends this producer. */
  private void failed(Unsettled append, Throwable thrown) {
    boolean again = false;
    Throwable told = thrown;
    lock.lock();
    try {
      append.underWay = false;
      append.doubtful |= thrown instanceof AppendOutcomeUnknownException;
      boolean repeatable =
          thrown instanceof NoLeaderException
              || thrown instanceof AppendOutcomeUnknownException
              || (thrown instanceof SequenceGapException && wasBehindAnother(append));
      if (repeatable && ended == null) {
        waiting++;
        again = true;
      } else {
        told =
            thrown instanceof SequenceReusedException // the log has something else in its place
                ? thrown
                : verdict(append, repeatable && ended != null ? ended : thrown);
        remove(append);
      }
    } finally {
      lock.unlock();
    }
    if (again) {
      sendWaiting();
      return;
    }
    // First, so that nobody who hears of this failure can append more.
    end(reasonForOthers(thrown));
    append.future.completeExceptionally(told);
  }

  /** Why nothing more is sent, told of what never was: that is not in the log for sure. */
  private static RaftLogException reasonForOthers(Throwable thrown) {
    return thrown instanceof RaftLogException known
            && known.fate() == RaftLogException.Fate.NOT_APPENDED
        ? known
        : new LogFailedException(
            RaftLogException.Fate.NOT_APPENDED, String.valueOf(thrown.getMessage()), thrown);
  }

  /**
   * A gap is no surprise when something before it was on its way too. Whether it still is does not
   * matter, nor what was expected: a refusal may be older than what is known here by now.
   */
  private static boolean wasBehindAnother(Unsettled append) {
    return append.sequence > append.provenWhenSent + 1;
  }

  /** Sends in order what is not under way; behind a gap only when what was missing is there. */
  void sendWaiting() {
    List<Attempt> attempts = new ArrayList<>();
    lock.lock();
    try {
      if (waiting == 0 || ended != null) {
        return;
      }
      for (Unsettled append : window) {
        if (!append.underWay) {
          Attempt attempt = sendIfThereIsMemory(append);
          if (attempt == null || isRefused(attempt)) {
            append.underWay = false;
            log.sendLater(this);
            break;
          }
          waiting--;
          attempts.add(attempt);
        }
      }
    } finally {
      lock.unlock();
    }
    attempts.forEach(this::follow);
  }

  /** Sends nothing more. What is under way gets its own outcome. */
  private void end(RaftLogException cause) {
    List<Unsettled> given = new ArrayList<>();
    RaftLogException first;
    lock.lock();
    try {
      first = ended == null ? cause : ended;
      ended = first;
      for (Unsettled append : window) {
        if (!append.underWay) {
          given.add(append);
        }
      }
      given.forEach(this::remove);
      waiting = 0;
    } finally {
      lock.unlock();
    }
    if (!given.isEmpty()) {
      log.completeAll(
          given.stream()
              .<Runnable>map(
                  append -> () -> append.future.completeExceptionally(verdict(append, first)))
              .toList());
    }
  }

  /**
   * What an append fails with that will not be tried again. An earlier attempt may have got it into
   * the log, whatever became of others since.
   */
  private Throwable verdict(Unsettled append, Throwable cause) {
    return append.doubtful
        ? new AppendOutcomeUnknownException(
            "producer \""
                + producer
                + "\" sequence "
                + append.sequence
                + " may be in the log, and will not be tried again: "
                + cause.getMessage())
        : cause;
  }

  private void remove(Unsettled append) {
    window.remove(append);
    windowBytes -= append.bytes;
  }

  @Override
  public long lastSequence() {
    lock.lock();
    try {
      return lastSequence;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long lastOffset() {
    lock.lock();
    try {
      return lastOffset;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    end(
        new NodeClosedException(
            "producer \"" + producer + "\" was closed by its owner; nothing was appended"));
  }
}
