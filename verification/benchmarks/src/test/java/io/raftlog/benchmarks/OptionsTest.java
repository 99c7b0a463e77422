package io.raftlog.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.raftlog.benchmarks.contender.ContenderKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static final Path SOURCES = Path.of("sources");
  private static final Path TARGET = Path.of("target");

  @Test
  void shouldMeasureEverythingAndKeepTheReportWhenNothingIsGiven() {
    Options options = parse();

    assertThat(options.workloads()).containsExactly(Workload.values());
    assertThat(options.kills()).isEqualTo(20);
    assertThat(options.records()).containsExactly(1_000_000, 10_000_000);
    assertThat(options.contenders()).containsExactly(ContenderKind.values());
    assertThat(options.payloadBytes()).containsExactly(100, 1024, 16_384);
    assertThat(options.inFlight()).containsExactly(1, 64, 1024, 4096);
    assertThat(options.sustained()).isEqualTo(Duration.ofMinutes(10));
    assertThat(options.perSecond()).isEqualTo(20_000);
    assertThat(options.report()).isEqualTo(SOURCES.resolve("docs"));
  }

  @Test
  void shouldTakeOneCell() {
    Options options =
        parse(
            "--contenders",
            "raftlog",
            "--payload",
            "1024",
            "--inflight",
            "64,1024",
            "--seconds",
            "5",
            "--warmup",
            "0",
            "--rounds",
            "2",
            "--limits",
            "no");

    assertThat(options.contenders()).containsExactly(ContenderKind.RAFTLOG);
    assertThat(options.payloadBytes()).containsExactly(1024);
    assertThat(options.inFlight()).containsExactly(64, 1024);
    assertThat(options.duration()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options.warmUp()).isZero();
    assertThat(options.rounds()).isEqualTo(2);
    assertThat(options.limits()).isFalse();
    assertThat(options.report()).isEqualTo(TARGET);
  }

  @Test
  void shouldTakeSomeWorkloadsInTheOrderGiven() {
    assertThat(parse("--workloads", "catch-up,append", "--records", "5,7").workloads())
        .containsExactly(Workload.CATCH_UP, Workload.APPEND);
    assertThat(parse("--records", "5,7").records()).containsExactly(5, 7);
  }

  @Test
  void shouldTakeMinutesAndRateOfLoadThatIsSustained() {
    Options options = parse("--workloads", "sustained", "--minutes", "60", "--rate", "500");

    assertThat(options.workloads()).containsExactly(Workload.SUSTAINED);
    assertThat(options.sustained()).isEqualTo(Duration.ofHours(1));
    assertThat(options.perSecond()).isEqualTo(500);
  }

  @Test
  void shouldLetARunTakeAsLongAsBothSustainedLoads() {
    Duration limit = Rounds.limit(parse("--minutes", "90"));

    assertThat(limit).isGreaterThan(Duration.ofHours(3));
    assertThat(limit).isEqualTo(Rounds.limit(parse("--minutes", "60")).plusHours(1));
  }

  @Test
  void shouldNameWhatItDoesNotUnderstand() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--speed", "9"))
        .withMessageContaining("--speed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--workloads", "sleep"))
        .withMessageContaining("failover");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--kills", "0"))
        .withMessageContaining("--kills");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--minutes", "0"))
        .withMessageContaining("--minutes must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--rate", "0"))
        .withMessageContaining("--rate must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--rounds"))
        .withMessageContaining("needs a value");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--rounds", "two"))
        .withMessageContaining("two");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--contenders", "nobody"))
        .withMessageContaining("raftlog");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--seconds", "0"))
        .withMessageContaining("at least 1");
  }

  private static Options parse(String... arguments) {
    return Options.parse(List.of(arguments), SOURCES, TARGET);
  }
}
