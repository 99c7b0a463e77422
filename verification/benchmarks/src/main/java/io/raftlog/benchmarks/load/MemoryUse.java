package io.raftlog.benchmarks.load;

import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/**
 * What this process keeps in memory.
 *
 * @param heapBytes the Java heap in use after a full collection
 * @param residentBytes what the process has in physical memory, with the whole heap once it was
 *     touched: {@code VmRSS} of {@code /proc/self/status}; empty where the system does not tell
 */
public record MemoryUse(long heapBytes, OptionalLong residentBytes) {
  /** Collects garbage, which stops all threads, and then looks. Blocks. */
  public static MemoryUse afterCollection() {
    System.gc();
    return new MemoryUse(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        ProcessCounters.residentBytes());
  }
}
