package io.raftlog.jepsen.nemesis;

import io.raftlog.jepsen.cluster.Capabilities;
import io.raftlog.jepsen.cluster.Cluster;
import io.raftlog.jepsen.cluster.LinkShape;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** What can go wrong. Of each group one strikes at a time. */
public enum Fault {
  /** A process is killed. */
  KILL_ONE(Group.KILL, (c, r) -> Strikes.kill(c, Target.ONE.draw(c, r))),
  /** The leader's process is killed. */
  KILL_LEADER(Group.KILL, (c, r) -> Strikes.kill(c, Target.LEADER.draw(c, r))),
  /** A majority of the processes is killed at once. */
  KILL_MAJORITY(Group.KILL, (c, r) -> Strikes.kill(c, Target.MAJORITY.draw(c, r))),
  /** All processes are killed at once. */
  KILL_ALL(Group.KILL, (c, r) -> Strikes.kill(c, Target.ALL.draw(c, r))),

  /** A process stands still. */
  PAUSE_ONE(Group.PAUSE, (c, r) -> Strikes.pause(c, Target.ONE.draw(c, r))),
  /** The leader's process stands still. */
  PAUSE_LEADER(Group.PAUSE, (c, r) -> Strikes.pause(c, Target.LEADER.draw(c, r))),
  /** A majority stands still. */
  PAUSE_MAJORITY(Group.PAUSE, (c, r) -> Strikes.pause(c, Target.MAJORITY.draw(c, r))),

  /** A minority and a majority do not hear of each other. */
  PARTITION_HALVES(Group.PARTITION, (c, r) -> Strikes.cut(c, r, Cut.HALVES, Target.ALL)),
  /** Everybody sees a majority, and no two the same. */
  PARTITION_RING(Group.PARTITION, (c, r) -> Strikes.cut(c, r, Cut.RING, Target.ALL)),
  /** Two halves, and one node that hears both. */
  PARTITION_BRIDGE(Group.PARTITION, (c, r) -> Strikes.cut(c, r, Cut.BRIDGE, Target.ALL)),
  /** The leader is alone. */
  PARTITION_LEADER(Group.PARTITION, (c, r) -> Strikes.cut(c, r, Cut.FIRST, Target.LEADER)),
  /** Some nodes are not heard, or do not hear. */
  PARTITION_ONE_WAY(Group.PARTITION, (c, r) -> Strikes.cut(c, r, Cut.ONE_WAY, Target.ALL)),
  /** The leader is not heard, or does not hear. */
  PARTITION_LEADER_ONE_WAY(
      Group.PARTITION, (c, r) -> Strikes.cut(c, r, Cut.ONE_WAY, Target.LEADER)),

  /** Links are slow. */
  LINK_DELAY(
      Group.LINK,
      (c, r) ->
          Strikes.shape(c, r, new LinkShape(10 + r.nextInt(100), 1 + r.nextInt(80), 0, 0, 0, 0))),
  /** Packets are lost. */
  LINK_LOSS(
      Group.LINK, (c, r) -> Strikes.shape(c, r, new LinkShape(0, 0, 2 + r.nextInt(14), 0, 0, 0))),
  /** Packets arrive twice. */
  LINK_DUPLICATE(
      Group.LINK, (c, r) -> Strikes.shape(c, r, new LinkShape(0, 0, 0, 10 + r.nextInt(40), 0, 0))),
  /** Bits are flipped. */
  LINK_CORRUPT(
      Group.LINK, (c, r) -> Strikes.shape(c, r, new LinkShape(0, 0, 0, 0, 1 + r.nextInt(4), 0))),
  /** Packets overtake each other. */
  LINK_REORDER(
      Group.LINK,
      (c, r) -> Strikes.shape(c, r, new LinkShape(20, 10, 0, 0, 0, 10 + r.nextInt(40)))),

  /** A disk is full, and with it the node's replica at an end. */
  DISK_FULL(Group.DISK, (c, r) -> Strikes.fill(c, Target.ONE.draw(c, r))),
  /** The leader's disk is full. */
  DISK_FULL_LEADER(Group.DISK, (c, r) -> Strikes.fill(c, Target.LEADER.draw(c, r))),

  /** A node loses power, and what it has not synced. */
  POWER_ONE(Group.POWER, (c, r) -> Strikes.cutPower(c, Target.ONE.draw(c, r))),
  /** The leader loses power. */
  POWER_LEADER(Group.POWER, (c, r) -> Strikes.cutPower(c, Target.LEADER.draw(c, r))),
  /** A majority loses power at once. */
  POWER_MAJORITY(Group.POWER, (c, r) -> Strikes.cutPower(c, Target.MAJORITY.draw(c, r))),
  /** All nodes lose power at once. */
  POWER_ALL(Group.POWER, (c, r) -> Strikes.cutPower(c, Target.ALL.draw(c, r))),

  /** Wall clocks jump by up to two hours, and back. */
  CLOCK_JUMP(Group.CLOCK, (c, r) -> Strikes.shiftClocks(c, r, Target.MINORITY.draw(c, r))),
  /** All wall clocks jump. */
  CLOCK_JUMP_ALL(Group.CLOCK, (c, r) -> Strikes.shiftClocks(c, r, Target.ALL.draw(c, r))),

  /** Each node in turn is ended as an operator does it, and started again. */
  ROLLING_RESTART(Group.RESTART, (c, r) -> Strikes.rollingRestart(c, Target.ALL.draw(c, r)));

  /** What one strike at a time is made of. */
  enum Group {
    KILL,
    PAUSE,
    PARTITION,
    LINK,
    DISK,
    POWER,
    CLOCK,
    RESTART
  }

  private interface Arm {
    Strike strike(Cluster cluster, SplittableRandom random) throws InterruptedException;
  }

  private final Group group;

  @SuppressWarnings("ImmutableEnumChecker") // a lambda that holds nothing
  private final Arm arm;

  Fault(Group group, Arm arm) {
    this.group = group;
    this.arm = arm;
  }

  Group group() {
    return group;
  }

  Strike strike(Cluster cluster, SplittableRandom random) throws InterruptedException {
    return arm.strike(cluster, random);
  }

  /** As it is called on the command line and in reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether this machine lets it strike. */
  boolean isPossible(Capabilities capabilities) {
    if (this == LINK_REORDER) {
      return capabilities.netem().isEmpty();
    }
    if (this == LINK_LOSS || this == LINK_DUPLICATE) {
      return capabilities.rules().isEmpty() || capabilities.netem().isEmpty();
    }
    return switch (group) {
      case PARTITION -> capabilities.rules().isEmpty();
      case DISK, POWER -> capabilities.volumes().isEmpty();
      case CLOCK -> capabilities.clock().isEmpty();
      case KILL, PAUSE, LINK, RESTART -> true;
    };
  }

  /**
   * Those that are named, by their own names or their group's.
   *
   * @param names separated by commas; {@code all}, or {@code none}
   * @throws IllegalArgumentException when there is no such fault
   */
  public static List<Fault> named(String names) {
    if (names.equals("all")) {
      return List.of(values());
    }
    if (names.equals("none")) {
      return List.of();
    }
    List<String> given = List.of(names.split(",", -1));
    List<Fault> found =
        List.of(values()).stream()
            .filter(f -> given.contains(f.label()) || given.contains(f.groupLabel()))
            .toList();
    for (String name : given) {
      if (found.stream().noneMatch(f -> name.equals(f.label()) || name.equals(f.groupLabel()))) {
        throw new IllegalArgumentException("no such fault: " + name);
      }
    }
    return found;
  }

  private String groupLabel() {
    return group.name().toLowerCase(Locale.ROOT);
  }
}
