package io.raftlog;

/** What a subscription does when the record that comes next was trimmed. */
public enum OnTrimmed {
  /** It ends with {@link OffsetTrimmedException}. */
  FAIL,
  /** It goes on with the first record that is retained, and reports the gap. */
  EARLIEST,
  /** It goes on at the end of what the node knows to be committed, and reports the gap. */
  LATEST
}
