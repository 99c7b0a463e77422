package io.raftlog.benchmarks.scenario;

import io.raftlog.RaftLog;
import io.raftlog.benchmarks.contender.AppendTarget;
import io.raftlog.benchmarks.contender.Payloads;
import io.raftlog.benchmarks.load.AppendRun;
import io.raftlog.benchmarks.load.ProcessCounters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reading back from the start, of one node: after all nodes were opened anew, and again; with reads
 * one after another, and by a subscription. Then a subscription that follows the tail of a load.
 */
public final class ReadScenario implements Scenario {
  private static final List<Integer> PAYLOAD_BYTES = List.of(100, 1_024);
  private static final int TAIL_IN_FLIGHT = 64;
  private static final double BYTES_PER_MEGABYTE = 1e6;

  /** One way to read everything. */
  private interface Pass {
    Reading.Pass over(RaftLog log);
  }

  @Override
  public List<Observation> run(Setting setting) throws Exception {
    List<Observation> observations = new ArrayList<>();
    for (int payloadBytes : PAYLOAD_BYTES) {
      observations.addAll(run(setting, payloadBytes));
    }
    return observations;
  }

  private static List<Observation> run(Setting setting, int payloadBytes) throws Exception {
    Payloads payloads = new Payloads(payloadBytes);
    int records = setting.records().get(0);
    Map<String, Pass> passes = new LinkedHashMap<>();
    passes.put("read", log -> Reading.readAll(log, payloads));
    passes.put("subscription", log -> Reading.subscribeToAll(log, payloads, records));
    List<Observation> observations = new ArrayList<>();
    try (LocalCluster cluster =
        new LocalCluster(setting.directory().resolve("of-" + payloadBytes), 1)) {
      Filling.fill(cluster.producer(LocalCluster.LOG), payloads, records);
      for (Map.Entry<String, Pass> how : passes.entrySet()) {
        // Once for the compiler.
        how.getValue().over(caughtUp(cluster, records));
        cluster.reopen();
        RaftLog log = caughtUp(cluster, records);
        for (String when : List.of("first", "again")) {
          Reading.Pass pass = how.getValue().over(log);
          observations.add(observed(setting, how.getKey(), when, payloadBytes, pass));
        }
      }
      observations.add(tail(setting, cluster, caughtUp(cluster, records), payloads));
    }
    return observations;
  }

  /** The log on a node that does not lead, and has everything. */
  private static RaftLog caughtUp(LocalCluster cluster, long records) throws Exception {
    int node = cluster.awaitFollower();
    cluster.awaitEnd(node, records);
    return cluster.log(node);
  }

  private static Observation observed(
      Setting setting, String how, String when, int payloadBytes, Reading.Pass pass) {
    double perSecond = FigureMap.perSecond(pass.records(), pass.nanos());
    return setting.observed(
        "%d B, %s, %s".formatted(payloadBytes, how, when),
        new FigureMap()
            .put("records/s", perSecond)
            .put("MB/s", perSecond * payloadBytes / BYTES_PER_MEGABYTE)
            .put(Observation.WRONG, pass.wrong()));
  }

  private static Observation tail(
      Setting setting, LocalCluster cluster, RaftLog log, Payloads payloads) throws Exception {
    AppendTarget target = Tail.stamped(cluster.producer(LocalCluster.LOG));
    Tail tail = Tail.of(log);
    try (AppendRun load = new AppendRun(target, payloads, TAIL_IN_FLIGHT)) {
      load.start();
      load.warmUp(setting.warmUp());
      OptionalLong before = ProcessCounters.readBytes();
      FigureMap figures = tail.measure(load, setting.duration());
      OptionalLong after = ProcessCounters.readBytes();
      if (before.isPresent() && after.isPresent()) {
        figures.put("B read from disks", after.getAsLong() - before.getAsLong());
      }
      tail.cancel();
      load.stop();
      return setting.observed(
          "%d B, tail, %d in flight".formatted(payloads.payloadBytes(), TAIL_IN_FLIGHT), figures);
    }
  }
}
