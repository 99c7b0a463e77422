package io.raftlog.benchmarks.failover;

import io.raftlog.benchmarks.contender.ContenderKind;
import io.raftlog.benchmarks.failover.ReplicaProcess.Audit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeoutException;

/**
 * The leader's process is killed with SIGKILL and started again when appends go on, so often; in
 * the end the replicas must have every acknowledged record. Where appends do not go on, or the
 * killed replica does not catch up, that is noted, and the rest is done with a new cluster. Used by
 * one thread.
 */
public final class Failover {
  /** Starts a JVM with {@link ReplicaMain}, whose standard output nobody else reads. */
  public interface Launcher {
    /** Starts it with arguments. */
    Process launch(List<String> arguments) throws IOException;
  }

  /** How long it is waited for appends after a kill, in seconds. */
  public static final long LIMIT_SECONDS = 60;

  /** How long a replica that was killed may take to catch up with the few records it lacks. */
  private static final long CATCH_UP_SECONDS = 20;

  /** A leader lives for a random time from the first to the sum of both before it is killed. */
  private static final int LEAST_LIFE_MILLIS = 1_000;

  private static final int MORE_LIFE_MILLIS = 1_000;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MILLIS_PER_SECOND = 1e3;

  private final ContenderKind kind;
  private final boolean tuned;
  private final Path directory;
  private final Launcher launcher;
  private final Random random = new Random();
  private final List<Double> millis = new ArrayList<>();
  private Map<String, String> timing = Map.of();
  private Audit audit = new Audit(0, 0, 0);
  private long acknowledged;
  private int stuck;

  /**
   * Prepares it.
   *
   * @param kind who; one whose replicas can be started alone
   * @param tuned whether with settings that notice a dead leader sooner
   * @param directory an empty directory
   * @param launcher starts the processes
   */
  public Failover(ContenderKind kind, boolean tuned, Path directory, Launcher launcher) {
    this.kind = kind;
    this.tuned = tuned;
    this.directory = directory;
    this.launcher = launcher;
  }

  /**
   * Runs it. Blocks.
   *
   * @param round which round, from 1
   * @param kills how often the leader is killed
   * @return what was measured
   * @throws IOException when a process ends by itself or cannot be told
   * @throws TimeoutException when a cluster does not get under way
   * @throws InterruptedException when interrupted
   */
  public FailoverRun run(int round, int kills)
      throws IOException, InterruptedException, TimeoutException {
    for (int cluster = 0; millis.size() < kills; cluster++) {
      runCluster(directory.resolve("cluster-" + cluster), kills);
    }
    return new FailoverRun(
        kind.label(),
        round,
        tuned,
        timing,
        millis,
        stuck,
        acknowledged,
        audit.lost(),
        audit.duplicates(),
        audit.foreign());
  }

  private void runCluster(Path data, int kills)
      throws IOException, InterruptedException, TimeoutException {
    try (ProcessCluster cluster = new ProcessCluster(kind, tuned, data, launcher)) {
      timing = cluster.start();
      cluster.nextAppend().await(LIMIT_SECONDS);
      cluster.awaitCaughtUp(LIMIT_SECONDS);
      boolean whole = true;
      while (whole && millis.size() < kills) {
        Thread.sleep(LEAST_LIFE_MILLIS + random.nextInt(MORE_LIFE_MILLIS));
        whole = killLeader(cluster);
      }
      if (!whole) {
        stuck++;
      }
      audit = audit.worseOf(cluster.audit(whole, CATCH_UP_SECONDS));
      acknowledged += cluster.acknowledged();
    }
  }

  /** Gives whether all is well again afterwards. */
  private boolean killLeader(ProcessCluster cluster)
      throws IOException, InterruptedException, TimeoutException {
    ReplicaProcess leader = cluster.awaitLeader(LIMIT_SECONDS);
    long killedNanos = System.nanoTime();
    leader.kill();
    FirstAfter next = cluster.nextAppend();
    boolean wentOn = true;
    try {
      millis.add((next.await(LIMIT_SECONDS) - killedNanos) / NANOS_PER_MILLI);
    } catch (TimeoutException e) {
      millis.add(LIMIT_SECONDS * MILLIS_PER_SECOND);
      wentOn = false;
    }
    try {
      cluster.restart(leader);
      cluster.awaitCaughtUp(CATCH_UP_SECONDS);
      return wentOn;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
