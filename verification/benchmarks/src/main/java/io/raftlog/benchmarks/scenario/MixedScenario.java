package io.raftlog.benchmarks.scenario;

import io.raftlog.RaftLog;
import io.raftlog.benchmarks.contender.Contender;
import io.raftlog.benchmarks.contender.Payloads;
import io.raftlog.benchmarks.load.AppendRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** Appends alone, and then beside one reader on each node that begins anew at the end. */
public final class MixedScenario implements Scenario {
  private static final int PAYLOAD_BYTES = 1_024;
  private static final int IN_FLIGHT = 256;

  @Override
  public List<Observation> run(Setting setting) throws Exception {
    Payloads payloads = new Payloads(PAYLOAD_BYTES);
    try (LocalCluster cluster = new LocalCluster(setting.directory(), 1);
        AppendRun load = new AppendRun(cluster.producer(LocalCluster.LOG), payloads, IN_FLIGHT)) {
      load.start();
      load.warmUp(setting.warmUp());
      FigureMap alone = new FigureMap().putLoad(load.measure(setting.duration()));
      FigureMap beside = withReaders(setting, cluster, load, payloads);
      load.stop();
      return List.of(
          setting.observed("appends alone", alone),
          setting.observed("beside a reader on each node", beside));
    }
  }

  private static FigureMap withReaders(
      Setting setting, LocalCluster cluster, AppendRun load, Payloads payloads)
      throws InterruptedException {
    AtomicBoolean reading = new AtomicBoolean(true);
    LongAdder read = new LongAdder();
    LongAdder wrong = new LongAdder();
    List<Thread> readers = new ArrayList<>();
    for (int node = 0; node < Contender.REPLICAS; node++) {
      RaftLog log = cluster.log(node);
      Thread reader =
          new Thread(
              () -> {
                while (reading.get()) {
                  Reading.Pass pass = Reading.readWhile(log, payloads, reading::get, read::add);
                  wrong.add(pass.wrong());
                }
              },
              "reader-" + node);
      reader.setDaemon(true);
      reader.start();
      readers.add(reader);
    }
    Thread.sleep(setting.warmUp().toMillis());
    long before = read.sum();
    AppendRun.Window window = load.measure(setting.duration());
    long records = read.sum() - before;
    reading.set(false);
    for (Thread reader : readers) {
      reader.join();
    }
    return new FigureMap()
        .putLoad(window)
        .put("records read/s", FigureMap.perSecond(records, window.used().nanos()))
        .put(Observation.WRONG, wrong.sum());
  }
}
