package io.raftlog.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.raftlog.benchmarks.limits.Limit;
import io.raftlog.benchmarks.limits.Limit.Name;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundsTest {
  private static final List<Limit> LIMITS =
      List.of(
          new Limit(Name.ROCKSDB_BATCH, 1, 1024, 1, 5_000, 200, 900),
          new Limit(Name.ROCKSDB_BATCH, 1, 1024, 3, 6_000, 500, 2_000),
          new Limit(Name.ROCKSDB_BATCH, 1, 1 << 20, 3, 300, 10_000, 30_000),
          new Limit(Name.LOOPBACK_ROUND_TRIP, 1, 100, 1, 20_000, 50, 90));

  private final Bounds bounds = new Bounds(LIMITS);

  @Test
  void shouldLetEachOfThreeWritersWriteEverything() {
    Cell cell = new Cell(1024, 1, List.of());

    assertThat(bounds.appendsPerSecond(Name.ROCKSDB_BATCH, cell)).contains(2_000.0);
  }

  @Test
  void shouldInterpolateBetweenSizesAndStayBeyondThem() {
    assertThat(bounds.appendsPerSecond(Name.ROCKSDB_BATCH, new Cell(1024, 32, List.of())))
        .hasValueSatisfying(
            // Halfway in the logarithm: the geometric mean of 6.144 and 314.6 MB/s.
            appends -> assertThat(appends * 3 * 1024 / 1e6).isCloseTo(43.96, within(0.01)));
    assertThat(bounds.appendsPerSecond(Name.ROCKSDB_BATCH, new Cell(1024, 4096, List.of())))
        .contains(300.0 * (1 << 20) / 3 / 1024);
    assertThat(bounds.appendsPerSecond(Name.PREALLOCATED_FILE, new Cell(1024, 1, List.of())))
        .isEmpty();
  }

  @Test
  void shouldAddWriteAndRoundTripForOneAppend() {
    assertThat(bounds.singleAppendMicros(new Cell(1024, 1, List.of()))).contains(250.0);
  }
}
