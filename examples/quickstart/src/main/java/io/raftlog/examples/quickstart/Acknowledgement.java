package io.raftlog.examples.quickstart;

import io.raftlog.AppendResult;

/**
 * A record that the log has acknowledged.
 *
 * @param producerId who published it
 * @param sequence the producer's number for it
 * @param sentNanos when the append that was acknowledged was called, steady clock
 * @param result where it is
 */
record Acknowledgement(String producerId, long sequence, long sentNanos, AppendResult result) {}
