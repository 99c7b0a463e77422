package io.raftlog.jepsen.nemesis;

import io.raftlog.jepsen.cluster.Cluster;
import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.HistoryWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Strikes now and then, with quiet times between. Every kind of fault has its turn before one comes
 * again; often several of different groups strike together.
 */
public final class Nemesis {
  private static final double COMBINES = 0.4;
  private static final int MIN_QUIET_MILLIS = 3_000;
  private static final int MAX_QUIET_MILLIS = 9_000;
  private static final int MIN_STRIKE_MILLIS = 4_000;
  private static final int MAX_STRIKE_MILLIS = 14_000;

  private record Active(Fault fault, Strike strike) {}

  private final Cluster cluster;
  private final HistoryWriter history;
  private final SplittableRandom random;
  private final List<Fault> faults;
  private final Deque<Fault> upcoming = new ArrayDeque<>();
  private final Deque<Active> active = new ArrayDeque<>();
  private volatile String doing = "quiet";

  /**
   * Makes one.
   *
   * @param wanted what shall strike, as far as this machine allows
   */
  public Nemesis(
      Cluster cluster, HistoryWriter history, SplittableRandom random, List<Fault> wanted) {
    this.cluster = cluster;
    this.history = history;
    this.random = random;
    this.faults =
        wanted.stream().filter(fault -> fault.isPossible(cluster.capabilities())).toList();
  }

  /** What strikes at the moment. Any thread may ask. */
  public String doing() {
    return doing;
  }

  /** What may strike. */
  public List<Fault> faults() {
    return faults;
  }

  /** Strikes until the time is up, then heals everything. */
  public void run(long seconds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (sleep(MIN_QUIET_MILLIS, MAX_QUIET_MILLIS, deadline)) {
      if (!faults.isEmpty()) {
        strike();
        sleep(MIN_STRIKE_MILLIS, MAX_STRIKE_MILLIS, deadline);
        heal();
      }
    }
  }

  /** Sleeps for a time that is drawn; false when the time is up. */
  private boolean sleep(int minMillis, int maxMillis, long deadline) throws InterruptedException {
    long millis = random.nextLong(minMillis, maxMillis);
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= 0) {
      return false;
    }
    TimeUnit.MILLISECONDS.sleep(Math.min(left, millis));
    return true;
  }

  private void strike() throws InterruptedException {
    int together = 1;
    while (together < 3 && random.nextDouble() < COMBINES) {
      together++;
    }
    Set<Fault.Group> groups = EnumSet.noneOf(Fault.Group.class);
    for (Fault fault : draw(together)) {
      if (groups.add(fault.group())) {
        begin(fault);
      }
    }
  }

  private List<Fault> draw(int count) {
    List<Fault> drawn = new ArrayList<>();
    while (drawn.size() < count) {
      if (upcoming.isEmpty()) {
        upcoming.addAll(Target.shuffled(faults, random));
      }
      drawn.add(upcoming.remove());
    }
    return drawn;
  }

  private void begin(Fault fault) throws InterruptedException {
    SplittableRandom own = random.split();
    doing = doing.equals("quiet") ? fault.label() : doing + " + " + fault.label();
    history.nemesis(Event.STRIKE, fault.label(), "begins");
    try {
      Strike strike = fault.strike(cluster, own);
      active.push(new Active(fault, strike));
      history.nemesis(Event.STRUCK, fault.label(), strike.value());
    } catch (NodeDidNotStartException e) {
      active.push(new Active(fault, new Strike("", () -> {})));
      history.nemesis(Event.NOT_STARTED, fault.label(), String.valueOf(e.getMessage()));
    }
  }

  private void heal() throws InterruptedException {
    while (!active.isEmpty()) {
      Active one = active.pop();
      try {
        one.strike().cure().heal();
      } catch (NodeDidNotStartException e) {
        history.nemesis(Event.NOT_STARTED, one.fault().label(), String.valueOf(e.getMessage()));
      }
      history.nemesis(Event.HEAL, one.fault().label(), one.strike().value());
    }
    doing = "quiet";
    for (String node : cluster.dead()) {
      history.nemesis(Event.DIED, "none", node);
      cluster.noticeDeath(node);
      List<String> failed = cluster.start(List.of(node));
      if (!failed.isEmpty()) {
        history.nemesis(Event.NOT_STARTED, "none", node);
      }
    }
  }
}
