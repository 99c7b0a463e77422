package io.raftlog;

import org.jspecify.annotations.Nullable;

/**
 * What raftlog's futures and methods fail with. Unchecked; every kind answers two questions: is the
 * record in the log ({@link #fate}), and what may the caller do next (its Javadoc).
 */
public abstract sealed class RaftLogException extends RuntimeException
    permits AppendOutcomeUnknownException,
        BackpressureException,
        CorruptedLogException,
        LogFailedException,
        NoLeaderException,
        NodeClosedException,
        NodeStartException,
        OffsetOutOfRangeException,
        OffsetTrimmedException,
        ProducerFencedException,
        SequenceGapException,
        SequenceReusedException,
        StaleReadException,
        SubscriptionFencedException,
        TooManySubscriptionsException,
        UnknownProducerException {
  private static final long serialVersionUID = 1;

  /** What became of the append that failed. */
  public enum Fate {
    /** Definitely not in the log, and it never will be by this call. Always so for reads. */
    NOT_APPENDED,
    /**
     * Perhaps in the log now or later. Appending again with the same producer, sequence and payload
     * is safe as long as the log remembers the producer, and tells.
     */
    UNKNOWN
  }

  RaftLogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** A copy of an exception for the thread that rethrows it. */
  RaftLogException(RaftLogException original) {
    super(original.getMessage(), original.getCause());
    addSuppressed(original);
  }

  /**
   * What became of the append.
   *
   * @return whether the record may be in the log
   */
  public abstract Fate fate();

  /**
   * The same failure, with the stack of the thread that calls this and the original as its
   * suppressed exception. Originals are made on the node's threads, whose stacks tell nothing of
   * the caller, and one may be told to any number of callers, so it must not be changed.
   */
  abstract RaftLogException rethrown();
}
