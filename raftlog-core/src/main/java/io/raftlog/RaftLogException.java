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
        UnknownProducerException {
  private static final long serialVersionUID = 1;

  /** What became of the append that failed. */
  public enum Fate {
    /** Definitely not in the log, and it never will be by this call. Always so for reads. */
    NOT_APPENDED,
    /**
     * Perhaps in the log now or later. Appending again with the same producer, sequence and payload
     * is always safe, and tells.
     */
    UNKNOWN
  }

  RaftLogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * What became of the append.
   *
   * @return whether the record may be in the log
   */
  public abstract Fate fate();
}
