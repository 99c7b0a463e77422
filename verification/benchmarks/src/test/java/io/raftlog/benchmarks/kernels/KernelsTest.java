package io.raftlog.benchmarks.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.benchmarks.scenario.Observation;
import io.raftlog.benchmarks.scenario.Scenario;
import io.raftlog.internal.core.Effects;
import io.raftlog.internal.entry.EntryHeader;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RunCursor;
import io.raftlog.internal.producer.Check;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** That the kernels do what is measured. */
class KernelsTest {
  @TempDir private Path directory;

  @Test
  void shouldEncodeWholeEntriesOfOneRun() {
    EncodeKernel kernel = new EncodeKernel();
    kernel.payloadBytes = 100;
    kernel.prepare();
    kernel.encode();

    ByteBuffer entry = kernel.encode();

    EntryHeader header = EntryLayout.header(entry);
    assertThat(header.recordCount()).isEqualTo(EncodeKernel.APPENDS);
    RunCursor runs = new RunCursor(entry);
    assertThat(runs.nextRun()).isTrue();
    assertThat(runs.count()).isEqualTo(EncodeKernel.APPENDS);
    assertThat(runs.nextRun()).isFalse();
  }

  @Test
  void shouldFindEveryRunToBeItsProducersNext() {
    ProducerKernel kernel = new ProducerKernel();
    kernel.producers = 10_000;
    kernel.runRecords = 1_000;
    kernel.prepare();
    long before = kernel.table().lastSequence(ProducerId.of("producer-7"));

    for (int i = 0; i < 10_000; i++) {
      assertThat(kernel.checkAndApply().kind()).isEqualTo(Check.Kind.NEXT);
    }

    assertThat(kernel.table().size()).isEqualTo(10_000);
    assertThat(kernel.table().lastSequence(ProducerId.of("producer-7"))).isEqualTo(before + 1_000);
  }

  @Test
  void shouldCommitOneEntryAStep() {
    CoreKernel kernel = new CoreKernel();
    long before = kernel.core().commitIndex();

    for (int i = 1; i <= 5_000; i++) {
      Effects effects = kernel.step();

      assertThat(effects.commitIndex()).isEqualTo(before + i);
      assertThat(effects.sends()).isEmpty();
    }
  }

  @Test
  void shouldMeasureEveryKernel() throws Exception {
    // Other builds on this machine may be at the same test, and what it measures does not matter.
    System.setProperty("jmh.ignoreLock", "true");
    KernelScenario scenario = new KernelScenario(0, TimeValue.milliseconds(5), VerboseMode.SILENT);

    List<Observation> observations =
        scenario.run(
            new Scenario.Setting(
                "kernels",
                1,
                directory,
                List.of(),
                Duration.ZERO,
                Duration.ofSeconds(1),
                Duration.ZERO,
                1));

    assertThat(observations)
        .extracting(Observation::what)
        .containsExactlyInAnyOrder(
            "core step, an entry",
            "entry encode, a record of 100 B",
            "entry encode, a record of 1024 B",
            "producer check and apply, a run: records 1, producers 1",
            "producer check and apply, a run: records 1, producers 10,000",
            "producer check and apply, a run: records 1,000, producers 1",
            "producer check and apply, a run: records 1,000, producers 10,000");
    assertThat(observations).allSatisfy(o -> assertThat(o.figures().get("ns")).isPositive());
  }
}
