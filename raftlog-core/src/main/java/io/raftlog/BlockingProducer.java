package io.raftlog;

import java.util.List;

/**
 * A producer for callers who wait: each append does what that of {@link Producer} does, and returns
 * when its future would complete, however long that takes. From {@link Producer#blocking}.
 * Thread-safe; appends of several threads are numbered in some order.
 *
 * <p>What is thrown, and where it may not be called, is as for {@link BlockingRaftLog}, but for
 * {@link InterruptedException}: it is thrown after the append was called, also if the thread was
 * interrupted already. Such an append keeps its sequence and goes on by itself: later ones are
 * appended behind it, and {@link #lastSequence} tells when it is in the log.
 */
public interface BlockingProducer extends AutoCloseable {
  /**
   * The producer's name.
   *
   * @return the id that it was asked for with
   */
  String id();

  /**
   * Appends one record; see {@link Producer#append(byte[])}.
   *
   * @param payload may be empty
   * @return where the record is
   * @throws RaftLogException when it failed; {@link RaftLogException#fate} says whether it may be
   *     in the log
   * @throws InterruptedException when the thread was interrupted; it goes on by itself
   */
  AppendResult append(byte[] payload) throws InterruptedException;

  /**
   * Appends several records atomically; see {@link Producer#append(List)}.
   *
   * @param payloads at least one
   * @return where the first record is
   * @throws RaftLogException as above
   * @throws InterruptedException as above
   */
  AppendResult append(List<byte[]> payloads) throws InterruptedException;

  /**
   * Appends one message; see {@link Producer#append(Message)}.
   *
   * @param message payload, key and headers
   * @return where the record is
   * @throws RaftLogException as above
   * @throws InterruptedException as above
   */
  AppendResult append(Message message) throws InterruptedException;

  /**
   * Appends several messages atomically; see {@link Producer#appendMessages}.
   *
   * @param messages at least one
   * @return where the first record is
   * @throws RaftLogException as above
   * @throws InterruptedException as above
   */
  AppendResult appendMessages(List<Message> messages) throws InterruptedException;

  /**
   * The last sequence that is known to be in the log; see {@link Producer#lastSequence}. Does not
   * block.
   *
   * @return the sequence, -1 when there is none
   */
  long lastSequence();

  /**
   * The offset of the record with {@link #lastSequence}. Does not block.
   *
   * @return the offset, -1 when there is none
   */
  long lastOffset();

  /** Appends no more; see {@link Producer#close}. Does not block. */
  @Override
  void close();
}
