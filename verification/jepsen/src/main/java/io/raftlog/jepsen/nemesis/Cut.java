package io.raftlog.jepsen.nemesis;

import io.raftlog.jepsen.cluster.Topology.Direction;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Shapes of partitions, each over nodes in an order that was drawn. */
enum Cut {
  /** A minority and a majority, which do not hear of each other. */
  HALVES {
    @Override
    Set<Direction> directions(List<String> nodes, SplittableRandom random) {
      Set<Direction> cut = new TreeSet<>();
      int split = nodes.size() / 2;
      for (String a : nodes.subList(0, split)) {
        for (String b : nodes.subList(split, nodes.size())) {
          both(cut, a, b);
        }
      }
      return cut;
    }
  },

  /** Everybody sees a majority, and no two the same; of three nodes two do not see each other. */
  RING {
    @Override
    Set<Direction> directions(List<String> nodes, SplittableRandom random) {
      Set<Direction> cut = new TreeSet<>();
      int size = nodes.size();
      int reach = (size + 1) / 4;
      for (int a = 0; a < size; a++) {
        for (int b = a + 1; b < size; b++) {
          int distance = Math.min(b - a, size - b + a);
          boolean endsOfThree = size == 3 && a == 0 && b == 2;
          if (distance > reach || endsOfThree) {
            both(cut, nodes.get(a), nodes.get(b));
          }
        }
      }
      return cut;
    }
  },

  /** Two halves that do not hear of each other, and one node in the middle that hears both. */
  BRIDGE {
    @Override
    Set<Direction> directions(List<String> nodes, SplittableRandom random) {
      Set<Direction> cut = new TreeSet<>();
      int middle = nodes.size() / 2;
      for (String a : nodes.subList(0, middle)) {
        for (String b : nodes.subList(middle + 1, nodes.size())) {
          both(cut, a, b);
        }
      }
      return cut;
    }
  },

  /** The first node is alone. */
  FIRST {
    @Override
    Set<Direction> directions(List<String> nodes, SplittableRandom random) {
      Set<Direction> cut = new TreeSet<>();
      nodes.subList(1, nodes.size()).forEach(other -> both(cut, nodes.get(0), other));
      return cut;
    }
  },

  /** Some nodes are not heard by the others, or do not hear them. */
  ONE_WAY {
    @Override
    Set<Direction> directions(List<String> nodes, SplittableRandom random) {
      Set<Direction> cut = new TreeSet<>();
      int split = 1 + random.nextInt(nodes.size() - 1);
      boolean deaf = random.nextBoolean();
      for (String a : nodes.subList(0, split)) {
        for (String b : nodes.subList(split, nodes.size())) {
          cut.add(deaf ? new Direction(b, a) : new Direction(a, b));
        }
      }
      return cut;
    }
  };

  abstract Set<Direction> directions(List<String> nodes, SplittableRandom random);

  private static void both(Set<Direction> cut, String a, String b) {
    cut.add(new Direction(a, b));
    cut.add(new Direction(b, a));
  }
}
