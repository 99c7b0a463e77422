package io.raftlog;

import io.raftlog.internal.node.NonBlockingThread;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Waits on the calling thread for what the asynchronous API promises. Any thread. */
final class Blocking {
  private Blocking() {}

  /** A log's methods, waited for. */
  record OverLog(RaftLog log) implements BlockingRaftLog {
    @Override
    public AppendResult append(String producerId, long sequence, byte[] payload)
        throws InterruptedException {
      return await(() -> log.append(producerId, sequence, payload));
    }

    @Override
    public AppendResult append(String producerId, long firstSequence, List<byte[]> payloads)
        throws InterruptedException {
      return await(() -> log.append(producerId, firstSequence, payloads));
    }

    @Override
    public AppendResult append(String producerId, long sequence, Message message)
        throws InterruptedException {
      return await(() -> log.append(producerId, sequence, message));
    }

    @Override
    public AppendResult appendMessages(
        String producerId, long firstSequence, List<Message> messages) throws InterruptedException {
      return await(() -> log.appendMessages(producerId, firstSequence, messages));
    }

    @Override
    public BlockingProducer producer(String producerId) throws InterruptedException {
      return await(() -> log.producer(producerId)).blocking();
    }

    @Override
    public ReadResult read(long offset) throws InterruptedException {
      return read(offset, ReadOptions.DEFAULT);
    }

    @Override
    public ReadResult read(long offset, int maxRecords) throws InterruptedException {
      return read(offset, ReadOptions.DEFAULT.withMaxRecords(maxRecords));
    }

    @Override
    public ReadResult read(long offset, ReadOptions options) throws InterruptedException {
      return awaitRead(() -> log.read(offset, options));
    }

    @Override
    public long offsetAt(Instant time) throws InterruptedException {
      return await(() -> log.offsetAt(time));
    }
  }

  /** A producer's methods, waited for. */
  record OverProducer(Producer producer) implements BlockingProducer {
    @Override
    public String id() {
      return producer.id();
    }

    @Override
    public AppendResult append(byte[] payload) throws InterruptedException {
      return awaitAppend(() -> producer.append(payload));
    }

    @Override
    public AppendResult append(List<byte[]> payloads) throws InterruptedException {
      return awaitAppend(() -> producer.append(payloads));
    }

    @Override
    public AppendResult append(Message message) throws InterruptedException {
      return awaitAppend(() -> producer.append(message));
    }

    @Override
    public AppendResult appendMessages(List<Message> messages) throws InterruptedException {
      return awaitAppend(() -> producer.appendMessages(messages));
    }

    @Override
    public long lastSequence() {
      return producer.lastSequence();
    }

    @Override
    public long lastOffset() {
      return producer.lastOffset();
    }

    @Override
    public void close() {
      producer.close();
    }
  }

  /** An interrupt changes nothing for the append or the registration: it goes on. */
  private static <T> T await(Supplier<CompletableFuture<T>> call) throws InterruptedException {
    return outcome(called(call));
  }

  /**
   * It is appended also when the thread was interrupted before: whoever is told so may rely on it.
   */
  private static AppendResult awaitAppend(Supplier<CompletableFuture<AppendResult>> call)
      throws InterruptedException {
    checkMayWait();
    return outcome(call.get());
  }

  /** An interrupt ends the read. */
  private static <T> T awaitRead(Supplier<CompletableFuture<T>> call) throws InterruptedException {
    CompletableFuture<T> read = called(call);
    try {
      return outcome(read);
    } catch (InterruptedException e) {
      read.cancel(false);
      throw e;
    }
  }

  private static <T> CompletableFuture<T> called(Supplier<CompletableFuture<T>> call)
      throws InterruptedException {
    checkMayWait();
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before the call: nothing was done");
    }
    return call.get();
  }

  private static void checkMayWait() {
    Thread thread = Thread.currentThread();
    if (thread instanceof NonBlockingThread) {
      throw new IllegalStateException(
          "nothing was done: a blocking call on thread "
              + thread.getName()
              + ", for which futures wait, may wait for itself; use the asynchronous method, or"
              + " another thread");
    }
  }

  private static <T> T outcome(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RaftLogException failure) {
        throw failure.rethrown();
      }
      throw new CompletionException(e.getCause());
    }
  }
}
