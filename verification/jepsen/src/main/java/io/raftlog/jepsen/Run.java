package io.raftlog.jepsen;

import io.raftlog.jepsen.client.FinalReads;
import io.raftlog.jepsen.client.Workload;
import io.raftlog.jepsen.cluster.Cluster;
import io.raftlog.jepsen.cluster.Topology;
import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.HistoryWriter;
import io.raftlog.jepsen.nemesis.Fault;
import io.raftlog.jepsen.nemesis.Nemesis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** One run, which leaves a folder with a history and the nodes' logs. */
final class Run {
  /** The history's file. */
  static final String HISTORY = "history.jsonl";

  /** What clients may need to bring what they began to an end. */
  private static final long DRAIN_SECONDS = 90;

  private static final long FINAL_READ_SECONDS = 120;

  private final Options options;

  Run(Options options) {
    this.options = options;
  }

  void run() throws IOException, InterruptedException {
    Path folder = Files.createDirectories(options.folder());
    Files.writeString(folder.resolve("command.txt"), options.command() + "\n");
    List<Path> mutated = Mutation.compile(options.mutant(), options.sources(), folder);
    System.out.println("starting " + options.nodes() + " nodes, in " + folder);
    try (HistoryWriter history = new HistoryWriter(folder.resolve(HISTORY));
        Cluster cluster =
            Cluster.start(
                options.nodes(),
                options.base(),
                options.subnet(),
                mutated,
                options.disk(),
                folder,
                topology -> write(history, topology))) {
      Thread cleaner = new Thread(() -> cleanUp(cluster), "clean-up");
      Runtime.getRuntime().addShutdownHook(cleaner);
      cluster.capabilities().missing().forEach(System.out::println);
      strike(cluster, history);
      Runtime.getRuntime().removeShutdownHook(cleaner);
    }
  }

  private void strike(Cluster cluster, HistoryWriter history) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(options.seed());
    Nemesis nemesis = new Nemesis(cluster, history, random.split(), Fault.named(options.nemesis()));
    System.out.println(
        "nemesis: " + nemesis.faults().stream().map(Fault::label).collect(Collectors.joining(" ")));
    Workload.Running clients =
        new Workload.Running(
            options.workloads(),
            new Workload.Setting(
                random.split(), history, cluster, options.rate(), options.rate() / 2.0));
    history.nemesis(Event.WORKLOAD, "", "begins");
    try (Progress progress = Progress.start(history, nemesis, options.seconds())) {
      nemesis.run(options.seconds());
      progress.say("draining");
      List<String> left = clients.drain(DRAIN_SECONDS);
      history.nemesis(Event.WORKLOAD, "", "ends");
      left.forEach(client -> history.nemesis(Event.UNRESOLVED, "", client));
      progress.say("reading every node");
    }
    FinalReads reads = new FinalReads(history, cluster);
    for (String node : cluster.nodes()) {
      if (!reads.read(node, FINAL_READ_SECONDS)) {
        history.nemesis(Event.NOT_READ, "", node);
      }
    }
  }

  private static void write(HistoryWriter history, Topology topology) {
    history.state(
        List.copyOf(topology.up()),
        topology.cut().stream().map(Topology.Direction::toString).toList(),
        topology.majorityCanTalk());
  }

  /** Somebody ended the harness. */
  private static void cleanUp(Cluster cluster) {
    try {
      cluster.close();
    } catch (IOException | RuntimeException e) {
      System.err.println("not everything could be removed: " + e);
    }
  }
}
