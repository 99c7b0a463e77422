package io.raftlog.simulation;

import io.raftlog.internal.entry.LogSettings;

/**
 * How one run is set up. Each run draws its own (swarm testing): some have a roomy cluster and no
 * faults at all, others tiny buffers and every fault at once.
 *
 * @param nodes cluster size
 * @param logs how many logs
 * @param replica of each replica
 * @param network what it does to messages
 * @param disk how fast it is
 * @param clockDriftPpm how much a node's steady clock may be off, parts per million
 * @param workload what clients do
 */
record Settings(
    int nodes,
    int logs,
    ReplicaSettings replica,
    NetworkSettings network,
    DiskSettings disk,
    long clockDriftPpm,
    WorkloadSettings workload) {
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;

  /** Producers that are forgotten could append twice what they have no outcome of. */
  static final LogSettings FORGETS_NOBODY = new LogSettings(10_000, Long.MAX_VALUE);

  /** What of the replicas' configuration varies. */
  record ReplicaSettings(
      long electionTimeoutNanos,
      long heartbeatNanos,
      int maxAppendBytes,
      long maxFollowerBytes,
      int maxFollowerRequests,
      long appendTimeoutNanos,
      int maxBatchBytes,
      long maxInFlightBytes,
      int maxInFlightAppends,
      long cacheBytes,
      long checkpointBytes,
      LogSettings log) {}

  /**
   * Delays are per message: at least the first, with the second as the mean of what is added. When
   * the network is lopsided, each direction of each link has a delay and a loss of its own.
   */
  record NetworkSettings(
      long delayNanos,
      long jitterNanos,
      boolean ordered,
      boolean lopsided,
      double loss,
      double duplication,
      double heldBack,
      double garbled,
      RateSettings rate) {}

  /** How much each direction of a link carries in bulk, and how much of that may wait for it. */
  record RateSettings(long bytesPerSecond, long maxQueuedBytes) {
    /** Whatever is sent arrives as if it were small. */
    static final RateSettings UNBOUNDED = new RateSettings(Long.MAX_VALUE, Long.MAX_VALUE);

    boolean isBounded() {
      return bytesPerSecond < Long.MAX_VALUE;
    }

    static RateSettings draw(SeededRandom random) {
      return random.chance(0.2)
          ? new RateSettings(
              random.logUniform(20_000, 2_000_000), random.logUniform(1 << 16, 1 << 22))
          : UNBOUNDED;
    }
  }

  /** Delays are per sync and per read. */
  record DiskSettings(
      boolean instant, long syncNanos, long jitterNanos, long readNanos, boolean readsUnsynced) {}

  /** What clients do to each log. */
  record WorkloadSettings(
      int producers,
      int readers,
      int window,
      long thinkNanos,
      int maxPayloadBytes,
      int maxList,
      double impatience,
      double gaps) {}

  static Settings draw(SeededRandom random) {
    int nodes = nodes(random);
    long networkDelay = random.logUniform(10 * MICRO, 5 * MILLI);
    long syncDelay = random.logUniform(20 * MICRO, 10 * MILLI);
    long electionTimeout =
        Math.max(random.logUniform(100, 1000) * MILLI, 20 * (networkDelay + syncDelay));
    return new Settings(
        nodes,
        random.chance(0.2) ? 2 : 1,
        replica(random, electionTimeout),
        network(random, networkDelay),
        new DiskSettings(
            random.chance(0.1),
            syncDelay,
            random.logUniform(10 * MICRO, 5 * MILLI),
            random.logUniform(10 * MICRO, 2 * MILLI),
            random.chance(0.5)),
        random.chance(0.5) ? 0 : random.logUniform(10, 50_000),
        workload(random));
  }

  private static int nodes(SeededRandom random) {
    double drawn = random.nextDouble();
    if (drawn < 0.5) {
      return 3;
    }
    return drawn < 0.75 ? 5 : (int) random.between(1, 7);
  }

  private static ReplicaSettings replica(SeededRandom random, long electionTimeout) {
    boolean tiny = random.chance(0.4);
    int maxBatch = (int) (tiny ? random.logUniform(2_048, 8_192) : 1 << 20);
    return new ReplicaSettings(
        electionTimeout,
        electionTimeout / random.between(3, 10),
        (int) (tiny ? random.logUniform(64, 8_192) : 1 << 20),
        tiny ? random.logUniform(256, 32_768) : 16L << 20,
        (int) (tiny ? random.logUniform(1, 16) : 256),
        electionTimeout * random.between(5, 30),
        maxBatch,
        tiny ? random.logUniform(maxBatch, 65_536) : 64L << 20,
        (int) (tiny ? random.logUniform(4, 256) : 65_536),
        random.chance(0.5) ? random.logUniform(1, 16_384) : 32L << 20,
        random.chance(0.7) ? random.logUniform(256, 65_536) : 32L << 20,
        FORGETS_NOBODY);
  }

  private static NetworkSettings network(SeededRandom random, long delay) {
    boolean calm = random.chance(0.3);
    return new NetworkSettings(
        delay,
        random.logUniform(10 * MICRO, 10 * MILLI),
        random.chance(0.5),
        random.aside(1).chance(0.3),
        calm || random.chance(0.4) ? 0 : random.nextDouble() * 0.1,
        calm || random.chance(0.4) ? 0 : random.nextDouble() * 0.1,
        calm || random.chance(0.5)
            ? 0
            : random.nextDouble() * (random.aside(2).chance(0.2) ? 0.1 : 0.01),
        calm || random.chance(0.5) ? 0 : random.nextDouble() * 0.01,
        RateSettings.draw(random.aside(3)));
  }

  private static WorkloadSettings workload(SeededRandom random) {
    boolean idle = random.chance(0.05);
    return new WorkloadSettings(
        (int) random.between(1, 6),
        (int) random.between(1, 4),
        (int) random.logUniform(1, 16),
        random.logUniform(idle ? 2_000 : 30, idle ? 10_000 : 1_000) * MILLI,
        (int) random.logUniform(8, 300),
        (int) random.between(1, 4),
        random.chance(0.5) ? 0 : random.nextDouble() * 0.3,
        random.chance(0.5) ? 0 : random.nextDouble() * 0.1);
  }
}
