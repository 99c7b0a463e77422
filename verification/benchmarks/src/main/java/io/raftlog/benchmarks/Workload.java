package io.raftlog.benchmarks;

import io.raftlog.benchmarks.kernels.KernelScenario;
import io.raftlog.benchmarks.scenario.CatchUpScenario;
import io.raftlog.benchmarks.scenario.IdleScenario;
import io.raftlog.benchmarks.scenario.MixedScenario;
import io.raftlog.benchmarks.scenario.ReadScenario;
import io.raftlog.benchmarks.scenario.RestartScenario;
import io.raftlog.benchmarks.scenario.Scenario;
import io.raftlog.benchmarks.scenario.SlowFollowerScenario;
import io.raftlog.benchmarks.scenario.SustainedScenario;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be measured, in the order in which it is. */
enum Workload {
  /** Appends in a closed loop, everybody. */
  APPEND,
  /** The leader's process is killed, those whose replicas can be started alone. */
  FAILOVER,
  /** Reading back, and following the tail; raftlog alone, as all that follow. */
  READ,
  /** A node is opened with many records. */
  RESTART,
  /** Many logs, idle and under load. */
  IDLE,
  /** The storage of one follower is slow. */
  SLOW_FOLLOWER,
  /** A follower was down. */
  CATCH_UP,
  /** Appends beside readers. */
  MIXED,
  /** Load for minutes. */
  SUSTAINED,
  /** The innermost loops, alone. */
  KERNELS;

  /** What is run, in a JVM of its own, if it is of raftlog alone. */
  Optional<Scenario> scenario() {
    return switch (this) {
      case APPEND, FAILOVER -> Optional.empty();
      case READ -> Optional.of(new ReadScenario());
      case RESTART -> Optional.of(new RestartScenario());
      case IDLE -> Optional.of(new IdleScenario());
      case SLOW_FOLLOWER -> Optional.of(new SlowFollowerScenario());
      case CATCH_UP -> Optional.of(new CatchUpScenario());
      case MIXED -> Optional.of(new MixedScenario());
      case SUSTAINED -> Optional.of(new SustainedScenario());
      case KERNELS -> Optional.of(new KernelScenario());
    };
  }

  /** How it is called on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The workload with a label.
   *
   * @throws IllegalArgumentException naming the labels that there are
   */
  static Workload of(String label) {
    return Arrays.stream(values())
        .filter(workload -> workload.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no workload \""
                        + label
                        + "\"; there are "
                        + Arrays.stream(values())
                            .map(Workload::label)
                            .collect(Collectors.joining(", "))));
  }
}
