package io.raftlog.examples.quickstart;

import java.util.OptionalLong;

/**
 * The last line, for programs.
 *
 * @param records how many lines were to be published
 * @param appended how many records were acknowledged
 * @param duplicates how many appends of records that were in the log already stored nothing: those
 *     sent again on purpose, and those sent again since their first outcome was lost
 * @param lost how many records are missing, on whichever node most are
 * @param reordered how many records are out of order, on whichever node most are
 * @param failoverMillis from the kill until the first acknowledgement of an append called after it
 * @param appendsPerSecond records by the time from the first append to the last acknowledgement,
 *     the failover and all appends that were sent again included
 * @param verified whether everything is as it should be
 */
record Report(
    long records,
    long appended,
    long duplicates,
    long lost,
    long reordered,
    OptionalLong failoverMillis,
    long appendsPerSecond,
    boolean verified) {

  /** What there is to say when it came to nothing. */
  static Report failed(long records) {
    return new Report(records, 0, 0, 0, 0, OptionalLong.empty(), 0, false);
  }

  String json() {
    return "{\"records\":"
        + records
        + ",\"appended\":"
        + appended
        + ",\"duplicates\":"
        + duplicates
        + ",\"lost\":"
        + lost
        + ",\"reordered\":"
        + reordered
        + ",\"failoverMillis\":"
        + (failoverMillis.isPresent() ? String.valueOf(failoverMillis.getAsLong()) : "null")
        + ",\"appendsPerSecond\":"
        + appendsPerSecond
        + ",\"verified\":"
        + verified
        + "}";
  }
}
