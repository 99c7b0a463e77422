package io.raftlog.benchmarks.load;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * What this process has used since it started, or between two moments, and what the disks have done
 * for whatever process.
 *
 * @param nanos wall-clock time
 * @param cpuNanos processor time of all threads, native ones too
 * @param allocatedBytes what the threads that live have allocated on the Java heap; threads that
 *     have ended are not in it
 * @param gcMillis how long collectors worked, pauses and concurrent work together
 * @param writtenBytes what was written to the disks: of {@code /proc/diskstats}, added up over
 *     whole disks. Not {@code write_bytes} of {@code /proc/self/io}, which counts what becomes
 *     dirty, and that in pieces of the page cache that may be many times what is written
 * @param deviceFlushes flushes that the disks have done, of the same; the block layer joins flushes
 *     that are asked for at once
 */
public record ProcessCounters(
    long nanos,
    long cpuNanos,
    long allocatedBytes,
    long gcMillis,
    OptionalLong writtenBytes,
    OptionalLong deviceFlushes) {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private static final Path PROCESS_IO = Path.of("/proc/self/io");
  private static final Path PROCESS_STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";
  private static final Path DISK_STATS = Path.of("/proc/diskstats");
  private static final Path BLOCK_DEVICES = Path.of("/sys/block");
  private static final long BYTES_PER_KIBIBYTE = 1 << 10;

  /** Places in a line of diskstats; flushes are there since Linux 5.5. */
  private static final int NAME_FIELD = 2;

  private static final int SECTORS_WRITTEN_FIELD = 9;
  private static final int FLUSHES_FIELD = 18;

  /** What diskstats calls a sector, whatever the disk has. */
  private static final int SECTOR_BYTES = 512;

  /** Reads them all. */
  public static ProcessCounters now() {
    return new ProcessCounters(
        System.nanoTime(),
        SYSTEM.getProcessCpuTime(),
        allocated(),
        gcMillisNow(),
        disks(SECTORS_WRITTEN_FIELD, SECTOR_BYTES),
        disks(FLUSHES_FIELD, 1));
  }

  /** What was used since an earlier moment. */
  public ProcessCounters minus(ProcessCounters earlier) {
    return new ProcessCounters(
        nanos - earlier.nanos,
        cpuNanos - earlier.cpuNanos,
        allocatedBytes - earlier.allocatedBytes,
        gcMillis - earlier.gcMillis,
        minus(writtenBytes, earlier.writtenBytes),
        minus(deviceFlushes, earlier.deviceFlushes));
  }

  private static OptionalLong minus(OptionalLong later, OptionalLong earlier) {
    return later.isPresent() && earlier.isPresent()
        ? OptionalLong.of(later.getAsLong() - earlier.getAsLong())
        : OptionalLong.empty();
  }

  private static long allocated() {
    long sum = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
      // -1 stands for a thread that ended meanwhile.
      sum += Math.max(bytes, 0);
    }
    return sum;
  }

  private static long gcMillisNow() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }

  /** What this process has read from disks so far, whatever the page cache gave it left out. */
  public static OptionalLong readBytes() {
    return processIo("read_bytes: ");
  }

  /** What this process has in physical memory now, in bytes. */
  public static OptionalLong residentBytes() {
    for (String line : lines(PROCESS_STATUS)) {
      if (line.startsWith(RESIDENT)) {
        String kibibytes = line.substring(RESIDENT.length()).replace(" kB", "").trim();
        return OptionalLong.of(Long.parseLong(kibibytes) * BYTES_PER_KIBIBYTE);
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong processIo(String key) {
    for (String line : lines(PROCESS_IO)) {
      if (line.startsWith(key)) {
        return OptionalLong.of(Long.parseLong(line.substring(key.length())));
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong disks(int field, int unit) {
    long sum = 0;
    boolean found = false;
    for (String line : lines(DISK_STATS)) {
      String[] fields = line.trim().split("\\s+", -1);
      // Partitions have no folder of their own there, and what is on another disk has no device.
      if (fields.length > field
          && Files.exists(BLOCK_DEVICES.resolve(fields[NAME_FIELD]).resolve("device"))) {
        sum += Long.parseLong(fields[field]) * unit;
        found = true;
      }
    }
    return found ? OptionalLong.of(sum) : OptionalLong.empty();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
