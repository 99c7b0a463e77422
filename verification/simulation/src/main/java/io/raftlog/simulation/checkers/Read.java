package io.raftlog.simulation.checkers;

import java.util.List;

/**
 * One call of read that returned an answer; failed ones prove nothing and are not kept.
 *
 * @param session the node, and which of its lives
 * @param linearizable whether it had to see everything acknowledged before
 * @param fromOffset what was asked for
 * @param records what was returned
 * @param endOffset the end of the log as it was seen
 * @param invoked when it was called
 * @param returned when it returned
 */
public record Read(
    String session,
    boolean linearizable,
    long fromOffset,
    List<RecordKey> records,
    long endOffset,
    long invoked,
    long returned) {}
