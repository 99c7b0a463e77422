package io.raftlog.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that look random and are the same for the same seed, on every machine. */
final class SeededBytes {
  private SeededBytes() {}

  static byte[] array(long seed, int length) {
    ByteBuffer words = ByteBuffer.allocate((length + Long.BYTES - 1) & -Long.BYTES);
    long state = seed;
    while (words.hasRemaining()) {
      state += 0x9e3779b97f4a7c15L;
      words.putLong(mix(state));
    }
    return words.capacity() == length ? words.array() : Arrays.copyOf(words.array(), length);
  }

  static ByteBuffer buffer(long seed, int length) {
    return ByteBuffer.wrap(array(seed, length));
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long state) {
    long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
