package io.raftlog.jepsen.nemesis;

import io.raftlog.jepsen.cluster.Cluster;
import io.raftlog.jepsen.cluster.LinkShape;
import io.raftlog.jepsen.cluster.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/** Does things to a cluster, and tells how they are undone. */
final class Strikes {
  private static final int MAX_CLOCK_SECONDS = 7_200;

  private Strikes() {}

  static Strike kill(Cluster cluster, List<String> nodes) {
    cluster.kill(nodes);
    return new Strike(names(nodes), () -> start(cluster, nodes));
  }

  static Strike pause(Cluster cluster, List<String> nodes) {
    cluster.pause(nodes);
    return new Strike(names(nodes), () -> cluster.resume(nodes));
  }

  static Strike cutPower(Cluster cluster, List<String> nodes) {
    cluster.cutPower(nodes);
    return new Strike(names(nodes), () -> start(cluster, nodes));
  }

  static Strike cut(Cluster cluster, SplittableRandom random, Cut cut, Target first)
      throws InterruptedException {
    List<String> nodes = new ArrayList<>(first.draw(cluster, random));
    Target.shuffled(cluster.nodes(), random).stream()
        .filter(node -> !nodes.contains(node))
        .forEach(nodes::add);
    Set<Topology.Direction> directions = cut.directions(nodes, random);
    cluster.cut(directions);
    return new Strike(describe(directions), () -> cluster.cut(Set.of()));
  }

  /** Directions that are cut both ways are told once. */
  static String describe(Set<Topology.Direction> directions) {
    Set<String> told = new TreeSet<>();
    for (Topology.Direction direction : directions) {
      boolean both = directions.contains(new Topology.Direction(direction.to(), direction.from()));
      if (!both) {
        told.add(direction.toString());
      } else if (direction.from().compareTo(direction.to()) < 0) {
        told.add(direction.from() + "-" + direction.to());
      }
    }
    return String.join(" ", told);
  }

  /** All links, or those of a minority. */
  static Strike shape(Cluster cluster, SplittableRandom random, LinkShape shape)
      throws InterruptedException {
    Target target = random.nextBoolean() ? Target.ALL : Target.MINORITY;
    List<String> nodes = target.draw(cluster, random);
    Map<String, LinkShape> shapes = new TreeMap<>();
    nodes.forEach(node -> shapes.put(node, shape));
    cluster.shape(shapes);
    return new Strike(names(nodes) + ": " + shape, () -> cluster.shape(Map.of()));
  }

  static Strike fill(Cluster cluster, List<String> nodes) {
    nodes.forEach(cluster::fillDisk);
    return new Strike(
        names(nodes),
        () -> {
          nodes.forEach(cluster::freeDisk);
          cluster.kill(nodes);
          start(cluster, nodes);
        });
  }

  static Strike shiftClocks(Cluster cluster, SplittableRandom random, List<String> nodes) {
    List<String> told = new ArrayList<>();
    for (String node : nodes) {
      int seconds = random.nextInt(2 * MAX_CLOCK_SECONDS) - MAX_CLOCK_SECONDS;
      cluster.shiftClock(node, seconds);
      told.add(node + " " + seconds + " s");
    }
    return new Strike(
        String.join(", ", told), () -> nodes.forEach(node -> cluster.shiftClock(node, 0)));
  }

  static Strike rollingRestart(Cluster cluster, List<String> nodes) throws InterruptedException {
    List<String> restarted = new ArrayList<>();
    for (String node : nodes) {
      if (cluster.topology().up().contains(node)) {
        cluster.stop(node);
        start(cluster, List.of(node));
        restarted.add(node);
      }
    }
    return new Strike(names(restarted), () -> {});
  }

  private static void start(Cluster cluster, List<String> nodes) throws InterruptedException {
    List<String> failed = cluster.start(nodes);
    if (!failed.isEmpty()) {
      throw new NodeDidNotStartException(failed);
    }
  }

  private static String names(List<String> nodes) {
    return String.join(",", new TreeSet<>(nodes));
  }
}
