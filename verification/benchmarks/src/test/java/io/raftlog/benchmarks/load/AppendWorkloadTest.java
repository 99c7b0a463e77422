package io.raftlog.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.benchmarks.contender.ContenderKind;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendWorkloadTest {
  @TempDir private Path directory;

  @Test
  void shouldMeasureRaftlogAndFindNothingLost() throws Exception {
    AppendWorkload workload =
        new AppendWorkload(ContenderKind.RAFTLOG, 1, 100, 16, Duration.ZERO, Duration.ofSeconds(1));

    Measurement measurement = workload.run(directory);

    assertThat(measurement.acknowledged()).isPositive();
    assertThat(measurement.appendsPerSecond()).isPositive();
    assertThat(measurement.p50Micros()).isPositive().isLessThanOrEqualTo(measurement.maxMicros());
    assertThat(measurement.cpuMicrosPerAppend()).isPositive();
    assertThat(measurement.allocatedBytesPerAppend()).isGreaterThan(100);
    assertThat(measurement.appendedInAll()).isGreaterThanOrEqualTo(measurement.acknowledged());
    assertThat(measurement.failed()).isZero();
    assertThat(measurement.lost()).isZero();
    assertThat(measurement.duplicates()).isZero();
    assertThat(measurement.foreign()).isZero();
  }
}
