package io.raftlog.benchmarks.contender;

import java.nio.file.Path;
import java.util.Map;

/**
 * A replicated log with three replicas in this JVM, on loopback, each with a directory of its own;
 * the same for us and for each peer. Started once, closed once.
 */
public interface Contender extends AppendTarget, AutoCloseable {
  /** How many replicas there are. */
  int REPLICAS = 3;

  /** Its name, version, and what was set. */
  Description description();

  /**
   * Starts the replicas. Blocks.
   *
   * @param directory an empty directory; replica {@code i} keeps its data below {@code
   *     directory/i}, counted from 0
   * @throws Exception when it cannot start
   */
  void start(Path directory) throws Exception;

  /**
   * Which records a replica has. Called after the load; blocks.
   *
   * @param replica from 0 to {@link #REPLICAS}, exclusive
   * @param payloads what was appended
   * @return the numbers of the records so far
   * @throws InterruptedException when interrupted
   */
  SeenNumbers seenBy(int replica, Payloads payloads) throws InterruptedException;

  /** Stops all replicas. Blocks. */
  @Override
  void close();

  /**
   * What a contender is.
   *
   * @param name as it is written in reports
   * @param version its version
   * @param durable whether it acknowledges only what a majority has synced to disk
   * @param readsBack whether {@link #seenBy} reads payloads from the log and compares them; if not,
   *     it tells what the replica's state machine was given
   * @param settings what differs from its defaults, and what matters for comparing
   */
  record Description(
      String name,
      String version,
      boolean durable,
      boolean readsBack,
      Map<String, String> settings) {
    /** Makes the map unmodifiable. */
    public Description {
      settings = Map.copyOf(settings);
    }
  }
}
