package io.raftlog.simulation.checkers;

/**
 * What tells one record from every other: its payload says it.
 *
 * @param producer who appended it
 * @param sequence under which sequence
 * @param version grows when the sequence was definitely refused and is used again for another
 *     payload
 */
public record RecordKey(String producer, long sequence, int version) {
  @Override
  public String toString() {
    return producer + "/" + sequence + "v" + version;
  }
}
