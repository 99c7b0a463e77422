package io.raftlog.benchmarks.scenario;

import io.raftlog.benchmarks.contender.Payloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A node that does not lead is closed and opened again, with so many records of 100 bytes: how long
 * until it is started, and until it serves the last of them, which a leader must confirm first.
 */
public final class RestartScenario implements Scenario {
  private static final int PAYLOAD_BYTES = 100;

  @Override
  public List<Observation> run(Setting setting) throws Exception {
    Payloads payloads = new Payloads(PAYLOAD_BYTES);
    List<Observation> observations = new ArrayList<>();
    for (int records : setting.records()) {
      try (LocalCluster cluster =
          new LocalCluster(setting.directory().resolve("with-" + records), 1)) {
        Filling.fill(cluster.producer(LocalCluster.LOG), payloads, records);
        int node = cluster.awaitFollower();
        cluster.awaitEnd(node, records);
        cluster.close(node);
        long startNanos = System.nanoTime();
        cluster.open(node);
        long startedNanos = System.nanoTime();
        cluster.awaitEnd(node, records);
        cluster.log(node).read(records - 1).join();
        long servedNanos = System.nanoTime();
        observations.add(
            setting.observed(
                String.format(Locale.ROOT, "%,d records", records),
                new FigureMap()
                    .put("start() ms", FigureMap.millis(startedNanos - startNanos))
                    .put(
                        "until it serves the last record, ms",
                        FigureMap.millis(servedNanos - startNanos))));
      }
    }
    return observations;
  }
}
