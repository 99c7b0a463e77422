package io.raftlog.simulation;

import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * SplitMix64, with the bounded methods written out: the JDK's own may draw differently from release
 * to release, and a seed must mean the same run on every JDK.
 */
final class SeededRandom implements RandomGenerator {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  SeededRandom(long seed) {
    state = mix(seed + GOLDEN_GAMMA);
  }

  /** A generator of its own for a part of the run, so that parts do not disturb each other. */
  SeededRandom fork() {
    return new SeededRandom(nextLong());
  }

  /** Another generator, which takes nothing from this one: what was drawn before stays the same. */
  SeededRandom aside(long salt) {
    return new SeededRandom(mix(state + salt));
  }

  /** Scrambles a number; equal numbers to equal ones. */
  static long mix(long number) {
    long z = number;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  @Override
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  @Override
  public long nextLong(long bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive, is " + bound);
    }
    return (nextLong() >>> 1) % bound;
  }

  @Override
  public int nextInt(int bound) {
    return (int) nextLong(bound);
  }

  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** True this often. */
  boolean chance(double probability) {
    return nextDouble() < probability;
  }

  /** From one number to another, both included. */
  long between(long from, long to) {
    return from + nextLong(to - from + 1);
  }

  /** From one number to another, both included, small ones as often as large ones. */
  long logUniform(long from, long to) {
    double low = StrictMath.log((double) from);
    double high = StrictMath.log(to + 1.0);
    long drawn = (long) StrictMath.exp(low + (high - low) * nextDouble());
    return Math.max(from, Math.min(to, drawn));
  }

  /** One of them. */
  <T> T pick(List<T> from) {
    return from.get(nextInt(from.size()));
  }

  /** Around a mean, mostly below it, now and then far above. */
  long exponential(long mean) {
    return (long) (-StrictMath.log(1.0 - nextDouble()) * mean);
  }

  UUID uuid() {
    return new UUID(nextLong(), nextLong());
  }
}
