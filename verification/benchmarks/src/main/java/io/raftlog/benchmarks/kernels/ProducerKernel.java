package io.raftlog.benchmarks.kernels;

import io.raftlog.LogOptions;
import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.producer.Check;
import io.raftlog.internal.producer.ProducerTable;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A run that is its producer's next is checked, and taken into the table. The table remembers as
 * much as it ever does, so for what comes in something is forgotten. Producers take turns in an
 * order in which they do not lie in memory, and are looked up by ids that are equal to the table's
 * and not the same, as those are that come from an entry. The checksums are at hand, in an array
 * that all runs share. Used by one thread; not final, since JMH derives a class.
 */
@State(Scope.Thread)
public class ProducerKernel {
  /** How many producers take turns. */
  @Param({"1", "10000"})
  public int producers;

  /** How many records each run has. */
  @Param({"1", "1000"})
  public int runRecords;

  private ProducerTable table = newTable();
  private ProducerId[] ids = {};
  private long[] nextSequences = {};
  private int[] crcs = {};
  private int turn;
  private long nextOffset;

  /** JMH makes one. */
  public ProducerKernel() {}

  private static ProducerTable newTable() {
    return new ProducerTable(
        new LogSettings(
            LogOptions.DEFAULT_MAX_PRODUCERS, LogOptions.DEFAULT_PRODUCER_EXPIRY.toNanos()));
  }

  /** Fills the table. */
  @Setup
  public void prepare() {
    table = newTable();
    ids = new ProducerId[producers];
    nextSequences = new long[producers];
    crcs = new Random(runRecords).ints(runRecords).toArray();
    turn = 0;
    nextOffset = 0;
    for (int i = 0; i < producers; i++) {
      ids[i] = id(i);
      checkAndApply();
    }
    Random random = new Random(producers);
    for (int i = 0; i < producers; i++) {
      ids[i] = id(i);
    }
    for (int i = producers - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      ProducerId moved = ids[i];
      ids[i] = ids[other];
      ids[other] = moved;
    }
    while (nextOffset < 2L * ProducerTable.REMEMBERED_RECORDS) {
      checkAndApply();
    }
  }

  private static ProducerId id(int number) {
    return ProducerId.of("producer-" + number);
  }

  /**
   * Checks and applies one run.
   *
   * @return the answer of the check
   */
  @Benchmark
  public Check checkAndApply() {
    int at = turn;
    turn = at + 1 == ids.length ? 0 : at + 1;
    ProducerId producer = ids[at];
    long sequence = nextSequences[at];
    Check check = table.check(producer, 0, sequence, crcs);
    table.apply(producer, sequence, crcs, nextOffset, 0);
    nextSequences[at] = sequence + crcs.length;
    nextOffset += crcs.length;
    return check;
  }

  ProducerTable table() {
    return table;
  }
}
