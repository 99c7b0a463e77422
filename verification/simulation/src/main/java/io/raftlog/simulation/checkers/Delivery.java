package io.raftlog.simulation.checkers;

/**
 * One record that a subscriber was given.
 *
 * @param subscriber who; one subscriber goes on where it was, on whatever node
 * @param offset the record's
 * @param key the record
 * @param time when
 */
public record Delivery(String subscriber, long offset, RecordKey key, long time) {}
