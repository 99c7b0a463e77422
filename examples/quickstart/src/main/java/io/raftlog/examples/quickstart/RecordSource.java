package io.raftlog.examples.quickstart;

/**
 * What one producer publishes: its outbox. Asked for the same sequence again it must give the same
 * bytes, however much later; in an application that is a table or a file.
 */
interface RecordSource {
  /** How many records there are: the sequences are 0 to count - 1. */
  long count();

  /** The record with that sequence. */
  byte[] payload(long sequence);
}
