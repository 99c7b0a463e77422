package io.raftlog.benchmarks.load;

import io.raftlog.benchmarks.contender.Contender.Description;
import org.jspecify.annotations.Nullable;

/**
 * One run of one contender: what was acknowledged, at what cost, and whether anything was lost.
 * Costs are those of all three replicas and the load together.
 *
 * @param contender its label
 * @param round which round, from 1
 * @param payloadBytes size of each payload
 * @param inFlight most appends without an outcome
 * @param description what was measured
 * @param seconds how long, without the warm-up
 * @param acknowledged appends acknowledged in that time
 * @param appendsPerSecond acknowledged appends per second
 * @param megabytesPerSecond acknowledged payload, in 10^6 bytes per second
 * @param p50Micros median latency from call to acknowledgement, in microseconds
 * @param p99Micros the latency that 99% did not exceed
 * @param p999Micros the latency that 99.9% did not exceed
 * @param maxMicros the longest latency
 * @param cpuMicrosPerAppend processor time for each acknowledged append
 * @param allocatedBytesPerAppend bytes allocated on the Java heap for each acknowledged append
 * @param gcMillis time of the collectors
 * @param writtenPerPayloadByte bytes written for each acknowledged payload byte, the three replicas
 *     together; see {@link ProcessCounters}; null where the system does not tell
 * @param flushesPerSecond flushes of all disks; null where the system does not tell
 * @param appendedInAll appends called, warm-up included
 * @param failed appends that failed
 * @param lost acknowledged records that a replica did not have in the end
 * @param duplicates records that a replica had more than once
 * @param foreign records that a replica had and nobody had appended so
 */
public record Measurement(
    String contender,
    int round,
    int payloadBytes,
    int inFlight,
    Description description,
    double seconds,
    long acknowledged,
    double appendsPerSecond,
    double megabytesPerSecond,
    double p50Micros,
    double p99Micros,
    double p999Micros,
    double maxMicros,
    double cpuMicrosPerAppend,
    double allocatedBytesPerAppend,
    long gcMillis,
    @Nullable Double writtenPerPayloadByte,
    @Nullable Double flushesPerSecond,
    long appendedInAll,
    long failed,
    long lost,
    long duplicates,
    long foreign) {
  /** Records that a replica did not have exactly once and as they were appended. */
  public long unsound() {
    return lost + duplicates + foreign;
  }
}
