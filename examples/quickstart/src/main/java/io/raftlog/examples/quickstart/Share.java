package io.raftlog.examples.quickstart;

/**
 * One producer's share of the lines: every n-th one.
 *
 * @param lines all lines
 * @param records how many records all producers publish together
 * @param producer which producer, from 0
 * @param producers how many there are
 */
record Share(Lines lines, long records, int producer, int producers) implements RecordSource {
  @Override
  public long count() {
    return (records - producer + producers - 1) / producers;
  }

  @Override
  public byte[] payload(long sequence) {
    return lines.line(sequence * producers + producer);
  }
}
