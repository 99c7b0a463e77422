package io.raftlog.internal.core;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Random numbers that a seed determines on every Java version, so that seeds and golden traces keep
 * their meaning (SplitMix64).
 */
final class SeededRandom implements RandomGenerator {
  private long state;

  SeededRandom(long seed) {
    state = seed;
  }

  @Override
  public long nextLong() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  @Override
  public long nextLong(long bound) {
    return (nextLong() >>> 1) % bound;
  }

  @Override
  public int nextInt(int bound) {
    return (int) nextLong(bound);
  }

  /** Between from and to, both inclusive. */
  long between(long from, long to) {
    return from + nextLong(to - from + 1);
  }

  /** True in so many of a hundred cases. */
  boolean percent(int percent) {
    return nextLong(100) < percent;
  }

  <T> T pick(List<T> of) {
    return of.get(nextInt(of.size()));
  }
}
