package io.raftlog.examples.quickstart;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Records without end, at a steady pace, until it is stopped; what was sent is noted before. The
 * bytes follow from producer and sequence, so that another process knows them too. Owned by the
 * producer's thread, except for {@link #stop}.
 */
final class Load implements RecordSource {
  /** The time from one record to the next. */
  private static final Duration PACE = Duration.ofMillis(1);

  private static final int MAX_FILLER_BYTES = 200;

  private final String producerId;
  private final ProducerJournal journal;
  private final long first;
  private final long beganNanos = System.nanoTime();
  private volatile boolean stopped;

  Load(String producerId, ProducerJournal journal) {
    this.producerId = producerId;
    this.journal = journal;
    this.first = journal.acknowledged();
  }

  /** The producers of a node. */
  static List<String> producersOf(String nodeId) {
    return List.of(nodeId + "-a", nodeId + "-b");
  }

  /** What a producer publishes under a sequence. */
  static byte[] payload(String producerId, long sequence) {
    SplittableRandom random = new SplittableRandom(producerId.hashCode() * 31L + sequence);
    String name = producerId + " " + sequence + " ";
    String filler = "x".repeat(random.nextInt(MAX_FILLER_BYTES));
    return (name + filler).getBytes(StandardCharsets.UTF_8);
  }

  /** What a producer has sent, when it has ended. */
  static RecordSource sent(String producerId, long count) {
    return new Sent(producerId, count);
  }

  private record Sent(String producerId, long count) implements RecordSource {
    @Override
    public byte[] payload(long sequence) {
      return Load.payload(producerId, sequence);
    }
  }

  /** No new records from now on; those that were sent before still have to be acknowledged. */
  void stop() {
    stopped = true;
  }

  @Override
  public long count() {
    return stopped ? journal.sent() : Long.MAX_VALUE;
  }

  @Override
  public byte[] payload(long sequence) {
    long dueNanos = beganNanos + (sequence - first) * PACE.toNanos();
    long early = dueNanos - System.nanoTime();
    if (early > 0) {
      LockSupport.parkNanos(this, early);
    }
    journal.sending(sequence);
    return payload(producerId, sequence);
  }
}
