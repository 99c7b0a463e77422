package io.raftlog.benchmarks.contender;

import java.nio.file.Path;
import java.util.List;

/**
 * Where one replica of a cluster lives.
 *
 * @param replica which one, from 0
 * @param ports on loopback, one for each replica
 * @param cluster the cluster's directory; see {@link #directory}
 * @param tuned whether it is to notice a dead leader sooner than with its default settings
 */
public record Seat(int replica, List<Integer> ports, Path cluster, boolean tuned) {
  /** Checks the values. */
  public Seat {
    ports = List.copyOf(ports);
    if (replica < 0 || replica >= ports.size()) {
      throw new IllegalArgumentException(
          "replica " + replica + " of a cluster with " + ports.size() + " ports");
    }
  }

  /** What the replica keeps is below it. */
  public Path directory() {
    return cluster.resolve(String.valueOf(replica));
  }
}
