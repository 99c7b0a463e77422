package io.raftlog.benchmarks.limits;

/**
 * What the machine allows, without any log.
 *
 * @param name which limit
 * @param round which round, from 1
 * @param batchBytes size of each operation, in bytes
 * @param writers how many threads do it at once, each with a file or database of its own
 * @param perSecond operations per second, all writers together
 * @param p50Micros median time of one operation, in microseconds
 * @param p99Micros the time that 99% did not exceed
 */
public record Limit(
    Name name,
    int round,
    int batchBytes,
    int writers,
    double perSecond,
    double p50Micros,
    double p99Micros) {
  /** Which limit. */
  public enum Name {
    /** A write of 512 bytes over old ones, then {@code fdatasync}. */
    FDATASYNC,
    /** A hundred bytes over a loopback connection and back, between two threads that wait. */
    LOOPBACK_ROUND_TRIP,
    /** A RocksDB write batch with {@code sync}, one value in it. */
    ROCKSDB_BATCH,
    /** A CRC, a write to the next place in a file that was written before, and a sync. */
    PREALLOCATED_FILE
  }

  /** 10^6 bytes per second, all writers together. */
  public double megabytesPerSecond() {
    return perSecond * batchBytes / 1e6;
  }
}
