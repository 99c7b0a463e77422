package io.raftlog.simulation;

import io.raftlog.NodeId;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.Standing;
import io.raftlog.internal.entry.Membership;
import io.raftlog.simulation.invariants.CommittedLog;
import io.raftlog.simulation.invariants.Invariants;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The nodes, the network between them, the logs, and which disks have lost something. */
final class Cluster {
  private final World world;
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final Map<String, Invariants> invariants = new TreeMap<>();
  private final SimulatedNetwork network;

  /** Nodes whose disk was emptied or corrupted and that were not re-admitted yet. */
  private final TreeSet<Integer> lost = new TreeSet<>();

  Cluster(World world) {
    this.world = world;
    List<NodeId> members = new ArrayList<>();
    for (int i = 0; i < world.settings.nodes(); i++) {
      members.add(new NodeId("n" + (i + 1)));
    }
    for (int i = 0; i < world.settings.logs(); i++) {
      String logId = "log" + i;
      invariants.put(
          logId,
          new Invariants(
              (member, index, hash) ->
                  nodes
                      .get(members.indexOf(member.node()))
                      .durablyHolds(member, logId, index, hash)));
    }
    for (int i = 0; i < world.settings.nodes(); i++) {
      nodes.add(new SimulatedNode(world, i, members, invariants));
    }
    network = new SimulatedNetwork(world, nodes);
    nodes.forEach(node -> node.connect(network));
  }

  List<SimulatedNode> nodes() {
    return nodes;
  }

  SimulatedNetwork network() {
    return network;
  }

  Map<String, Invariants> invariants() {
    return invariants;
  }

  CommittedLog committed(String logId) {
    Invariants rules = invariants.get(logId);
    if (rules == null) {
      throw new IllegalArgumentException("no log " + logId);
    }
    return rules.committed();
  }

  int majority() {
    return nodes.size() / 2 + 1;
  }

  /** Whether every log's first membership is committed. */
  boolean isFormed() {
    return invariants.values().stream().allMatch(rules -> rules.committed().lastIndex() > 0);
  }

  /** Whether another disk may lose something and a majority still be whole. */
  boolean mayLoseAnother() {
    forgetReadmitted();
    return isFormed() && nodes.size() - lost.size() - 1 >= majority();
  }

  void hasLost(SimulatedNode node) {
    lost.add(node.number());
  }

  /** Nodes whose disk has everything that was ever durable on it. */
  List<SimulatedNode> whole() {
    forgetReadmitted();
    return nodes.stream().filter(node -> !lost.contains(node.number())).toList();
  }

  private void forgetReadmitted() {
    lost.removeIf(number -> isReadmitted(nodes.get(number)));
  }

  private boolean isReadmitted(SimulatedNode node) {
    Life life = node.life();
    if (life == null || node.disk().isDamaged()) {
      return false;
    }
    for (String logId : invariants.keySet()) {
      RaftCore core = life.core(logId);
      Membership membership = core.membership();
      boolean settled = membership != null && !membership.isJoint();
      if (!settled
          || core.standing() != Standing.VOTER
          || core.commitIndex() < core.nextIndex() - 1) {
        return false;
      }
    }
    world.counters.add("node.readmitted");
    return true;
  }
}
