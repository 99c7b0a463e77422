package io.raftlog.jepsen.nemesis;

import io.raftlog.jepsen.cluster.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Whom it hits. */
enum Target {
  ONE,
  LEADER,
  MINORITY,
  MAJORITY,
  ALL;

  /** Draws nodes; the leader is any node when there is none. */
  List<String> draw(Cluster cluster, SplittableRandom random) throws InterruptedException {
    List<String> shuffled = shuffled(cluster.nodes(), random);
    int all = shuffled.size();
    return switch (this) {
      case ONE -> shuffled.subList(0, 1);
      case LEADER -> List.of(cluster.leader().orElse(shuffled.get(0)));
      case MINORITY -> shuffled.subList(0, Math.max(1, (all - 1) / 2));
      case MAJORITY -> shuffled.subList(0, all / 2 + 1);
      case ALL -> shuffled;
    };
  }

  static <T> List<T> shuffled(List<T> list, SplittableRandom random) {
    List<T> shuffled = new ArrayList<>(list);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      T moved = shuffled.get(i);
      shuffled.set(i, shuffled.get(j));
      shuffled.set(j, moved);
    }
    return shuffled;
  }
}
