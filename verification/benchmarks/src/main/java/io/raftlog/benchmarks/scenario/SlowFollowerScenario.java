package io.raftlog.benchmarks.scenario;

import io.raftlog.benchmarks.contender.Contender;
import io.raftlog.benchmarks.contender.Payloads;
import io.raftlog.benchmarks.load.AppendRun;
import io.raftlog.spi.NodeStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Appends while all nodes are well, and then while the storage of one that does not lead takes 20
 * ms longer for each write.
 */
public final class SlowFollowerScenario implements Scenario {
  private static final Duration DELAY = Duration.ofMillis(20);
  private static final int PAYLOAD_BYTES = 1_024;
  private static final int IN_FLIGHT = 256;

  @Override
  public List<Observation> run(Setting setting) throws Exception {
    List<SlowStorage> slow = new ArrayList<>();
    List<UnaryOperator<NodeStorage>> storages = new ArrayList<>();
    for (int node = 0; node < Contender.REPLICAS; node++) {
      storages.add(
          storage -> {
            slow.add(new SlowStorage(storage));
            return slow.get(slow.size() - 1);
          });
    }
    try (LocalCluster cluster = new LocalCluster(setting.directory(), 1, storages);
        AppendRun load =
            new AppendRun(
                cluster.producer(LocalCluster.LOG), new Payloads(PAYLOAD_BYTES), IN_FLIGHT)) {
      load.start();
      load.warmUp(setting.warmUp());
      int leader = cluster.awaitLeader(LocalCluster.LOG);
      FigureMap well = new FigureMap().putLoad(load.measure(setting.duration()));
      int node = (leader + 1) % Contender.REPLICAS;
      slow.get(node).delay(DELAY);
      AppendRun.Window window = load.measure(setting.duration());
      long lag = cluster.log(leader).status().endOffset() - cluster.log(node).status().endOffset();
      slow.get(node).delay(Duration.ZERO);
      load.stop();
      return List.of(
          setting.observed("all well", well),
          setting.observed(
              "one follower 20 ms slower",
              new FigureMap().putLoad(window).put("its lag in the end, records", lag)));
    }
  }
}
