package io.raftlog.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

class MemoryUseTest {
  private static final int LARGE = 64 << 20;

  private byte[] held = new byte[LARGE];

  @Test
  void shouldSeeWhatIsHeldAndNotWhatWasThrownAway() {
    long withIt = MemoryUse.afterCollection().heapBytes();
    assertThat(held).hasSize(LARGE);
    held = new byte[0];
    long without = MemoryUse.afterCollection().heapBytes();

    assertThat(withIt - without).isBetween(LARGE * 3L / 4, LARGE * 5L / 4);
  }

  @Test
  void shouldTellBytesInPhysicalMemoryOnLinux() {
    MemoryUse use = MemoryUse.afterCollection();
    assumeTrue(use.residentBytes().isPresent());

    assertThat(use.residentBytes().getAsLong()).isBetween(1L << 24, 1L << 40);
  }
}
