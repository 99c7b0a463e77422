package io.raftlog.benchmarks.scenario;

import io.raftlog.benchmarks.contender.Payloads;
import io.raftlog.benchmarks.load.AppendRun;
import io.raftlog.benchmarks.load.ProcessCounters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sixteen logs on three nodes: idle, and under load beside one log with as much in flight. */
public final class IdleScenario implements Scenario {
  private static final int LOGS = 16;
  private static final int PAYLOAD_BYTES = 1_024;
  private static final int IN_FLIGHT = 1_024;

  /** Idle for so many times the duration, since there is little to see. */
  private static final int IDLE_DURATIONS = 3;

  /** So many warm-ups before it is idle for good: what does little is compiled late. */
  private static final int IDLE_WARM_UPS = 4;

  private static final double PERCENT = 100;

  @Override
  public List<Observation> run(Setting setting) throws Exception {
    List<Observation> observations = new ArrayList<>();
    observations.add(idle(setting));
    for (int logs : List.of(1, LOGS)) {
      observations.add(underLoad(setting, logs));
    }
    return observations;
  }

  private static Observation idle(Setting setting) throws Exception {
    try (LocalCluster cluster = new LocalCluster(setting.directory().resolve("idle"), LOGS)) {
      for (int log = 0; log < LOGS; log++) {
        cluster.awaitLeader("log-" + log);
      }
      Thread.sleep(setting.warmUp().multipliedBy(IDLE_WARM_UPS).toMillis());
      ProcessCounters before = ProcessCounters.now();
      Thread.sleep(setting.duration().multipliedBy(IDLE_DURATIONS).toMillis());
      ProcessCounters used = ProcessCounters.now().minus(before);
      return setting.observed(
          "3 nodes, %d logs, idle".formatted(LOGS),
          new FigureMap().put("% of one core", PERCENT * used.cpuNanos() / used.nanos()));
    }
  }

  private static Observation underLoad(Setting setting, int logs) throws Exception {
    List<AppendRun> loads = new ArrayList<>();
    try (LocalCluster cluster = new LocalCluster(setting.directory().resolve("of-" + logs), logs)) {
      Payloads payloads = new Payloads(PAYLOAD_BYTES);
      for (int log = 0; log < logs; log++) {
        loads.add(new AppendRun(cluster.producer("log-" + log), payloads, IN_FLIGHT / logs));
      }
      loads.forEach(AppendRun::start);
      Thread.sleep(setting.warmUp().toMillis());
      for (AppendRun load : loads) {
        load.warmUp(Duration.ZERO);
      }
      long before = acknowledged(loads);
      ProcessCounters countersBefore = ProcessCounters.now();
      Thread.sleep(setting.duration().toMillis());
      long appends = acknowledged(loads) - before;
      ProcessCounters used = ProcessCounters.now().minus(countersBefore);
      for (AppendRun load : loads) {
        load.stop();
      }
      return setting.observed(
          "3 nodes, %d %s, 1 KiB, %d in flight together"
              .formatted(logs, logs == 1 ? "log" : "logs", IN_FLIGHT),
          new FigureMap()
              .put("% of one core", PERCENT * used.cpuNanos() / used.nanos())
              .put("appends/s", FigureMap.perSecond(appends, used.nanos())));
    } finally {
      loads.forEach(AppendRun::close);
    }
  }

  private static long acknowledged(List<AppendRun> loads) {
    return loads.stream().mapToLong(AppendRun::acknowledged).sum();
  }
}
