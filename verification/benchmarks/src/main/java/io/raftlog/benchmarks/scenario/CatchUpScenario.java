package io.raftlog.benchmarks.scenario;

import io.raftlog.benchmarks.contender.Contender;
import io.raftlog.benchmarks.contender.Payloads;
import io.raftlog.benchmarks.load.AppendRun;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * A node that does not lead is closed while appends go on, and opened again: how long until it has
 * what the others had when it was opened, and what becomes of the appends meanwhile.
 */
public final class CatchUpScenario implements Scenario {
  private static final int PAYLOAD_BYTES = 1_024;
  private static final int IN_FLIGHT = 256;
  private static final double BYTES_PER_MEGABYTE = 1e6;

  @Override
  public List<Observation> run(Setting setting) throws Exception {
    try (LocalCluster cluster = new LocalCluster(setting.directory(), 1);
        AppendRun load =
            new AppendRun(
                cluster.producer(LocalCluster.LOG), new Payloads(PAYLOAD_BYTES), IN_FLIGHT)) {
      load.start();
      load.warmUp(setting.warmUp());
      FigureMap before = new FigureMap().putLoad(load.measure(setting.duration()));
      int leader = cluster.awaitLeader(LocalCluster.LOG);
      int node = (leader + 1) % Contender.REPLICAS;
      long had = cluster.log(node).status().endOffset();
      cluster.close(node);
      FigureMap down = new FigureMap().putLoad(load.measure(setting.duration()));
      long missing = cluster.log(leader).status().endOffset() - had;
      AppendRun.Window window = load.measure(() -> catchUp(cluster, node, had + missing));
      load.stop();
      double perSecond = FigureMap.perSecond(missing, window.used().nanos());
      return List.of(
          setting.observed("all well", before),
          setting.observed("one node down", down),
          setting.observed(
              "it catches up",
              new FigureMap()
                  .putLoad(window)
                  .put("records missing", missing)
                  .put("until it has them, ms", FigureMap.millis(window.used().nanos()))
                  .put("MB/s of them", perSecond * PAYLOAD_BYTES / BYTES_PER_MEGABYTE)));
    }
  }

  private static void catchUp(LocalCluster cluster, int node, long endOffset)
      throws InterruptedException {
    cluster.open(node);
    try {
      cluster.awaitEnd(node, endOffset);
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
