package io.raftlog;

import java.time.Instant;
import java.util.List;

/**
 * A log for callers who wait: each method does what that of {@link RaftLog} with the same name
 * does, and returns when its future would complete. From {@link RaftLog#blocking}, which has more,
 * such as subscriptions and the status. Thread-safe.
 *
 * <p>Each method throws the {@link RaftLogException} that the future fails with, with the caller's
 * stack. It throws {@link IllegalStateException}, and does nothing, on a thread of a node on which
 * futures complete, since there it would wait for itself; subscribers may call it.
 *
 * <p>{@link InterruptedException} is thrown at once, and before anything is done if the thread was
 * interrupted already. Interrupting does not undo an append: it may be in the log now or later. To
 * find out, append again with the same sequence, which is safe as long as the log remembers the
 * producer. A read that was interrupted waits no longer.
 */
public interface BlockingRaftLog {
  /**
   * Appends one record; see {@link RaftLog#append(String, long, byte[])}.
   *
   * @param producerId who appends, 1 to 255 bytes of UTF-8
   * @param sequence the producer's number for this record
   * @param payload may be empty
   * @return where the record is
   * @throws RaftLogException when it failed; {@link RaftLogException#fate} says whether it may be
   *     in the log
   * @throws InterruptedException when the thread was interrupted; it may be in the log
   */
  AppendResult append(String producerId, long sequence, byte[] payload) throws InterruptedException;

  /**
   * Appends several records atomically; see {@link RaftLog#append(String, long, List)}.
   *
   * @param producerId who appends, 1 to 255 bytes of UTF-8
   * @param firstSequence the producer's number for the first record
   * @param payloads at least one
   * @return where the first record is
   * @throws RaftLogException as above
   * @throws InterruptedException as above
   */
  AppendResult append(String producerId, long firstSequence, List<byte[]> payloads)
      throws InterruptedException;

  /**
   * Appends a message; see {@link RaftLog#append(String, long, Message)}.
   *
   * @param producerId who appends, 1 to 255 bytes of UTF-8
   * @param sequence the producer's number for this record
   * @param message payload, key and headers
   * @return where the record is
   * @throws RaftLogException as above
   * @throws InterruptedException as above
   */
  AppendResult append(String producerId, long sequence, Message message)
      throws InterruptedException;

  /**
   * Appends several messages atomically; see {@link RaftLog#appendMessages}.
   *
   * @param producerId who appends, 1 to 255 bytes of UTF-8
   * @param firstSequence the producer's number for the first record
   * @param messages at least one
   * @return where the first record is
   * @throws RaftLogException as above
   * @throws InterruptedException as above
   */
  AppendResult appendMessages(String producerId, long firstSequence, List<Message> messages)
      throws InterruptedException;

  /**
   * Registers a producer; see {@link RaftLog#producer}.
   *
   * @param producerId 1 to 255 bytes of UTF-8
   * @return the producer
   * @throws RaftLogException when it could not be registered; asking again is always safe
   * @throws InterruptedException when the thread was interrupted; it may be registered all the
   *     same, which fences whoever had the id before
   */
  BlockingProducer producer(String producerId) throws InterruptedException;

  /**
   * Reads up to 10 records; see {@link RaftLog#read(long)}.
   *
   * @param offset the first record's offset
   * @return the records from there on
   * @throws RaftLogException when it failed
   * @throws InterruptedException when the thread was interrupted
   */
  ReadResult read(long offset) throws InterruptedException;

  /**
   * Reads; see {@link RaftLog#read(long, int)}.
   *
   * @param offset the first record's offset
   * @param maxRecords how many at most
   * @return the records from there on
   * @throws RaftLogException when it failed
   * @throws InterruptedException when the thread was interrupted
   */
  ReadResult read(long offset, int maxRecords) throws InterruptedException;

  /**
   * Reads; see {@link RaftLog#read(long, ReadOptions)}, which also tells how long it may take.
   *
   * @param offset the first record's offset
   * @param options how many, and what must be seen
   * @return the records from there on
   * @throws RaftLogException when it failed
   * @throws InterruptedException when the thread was interrupted
   */
  ReadResult read(long offset, ReadOptions options) throws InterruptedException;

  /**
   * Finds where to begin to read by time; see {@link RaftLog#offsetAt}.
   *
   * @param time the time
   * @return the offset
   * @throws RaftLogException when it failed
   * @throws InterruptedException when the thread was interrupted
   */
  long offsetAt(Instant time) throws InterruptedException;
}
