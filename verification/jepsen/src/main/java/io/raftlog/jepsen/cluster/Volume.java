package io.raftlog.jepsen.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Where a node keeps its data: a file system of its own in a file, if this process may mount one,
 * else a directory. Only the former can be filled, or lose power.
 */
final class Volume {
  /** More than a run of an hour writes; takes no more of the disk than is written. */
  private static final String SIZE = "3G";

  /** Allotting a whole disk to a file fails for want of room for the file's own metadata. */
  private static final long FILLED_BY_WRITING = 8 << 20;

  private static final String FILLER = ".filler";

  private static final long UNMOUNT_SECONDS = 30;
  private static final long POLL_MILLIS = 20;

  private final Path directory;
  private final Path file;
  private final boolean mounted;

  private Volume(Path directory, Path file, boolean mounted) {
    this.directory = directory;
    this.file = file;
    this.mounted = mounted;
  }

  /**
   * Makes one, empty.
   *
   * @param file of the file system, if it has one; an older one is replaced
   * @param directory where it is
   * @param mountable whether it may have one
   */
  static Volume create(Path file, Path directory, boolean mountable) throws IOException {
    Files.createDirectories(directory);
    Volume volume = new Volume(directory, file, mountable);
    if (mountable) {
      Files.deleteIfExists(file);
      Shell.must("truncate", "-s", SIZE, file.toString());
      Shell.must("mkfs.ext4", "-q", "-m", "0", file.toString());
      volume.mount();
    }
    return volume;
  }

  /** Whether this process can mount, fill and cut off file systems; else why it cannot. */
  static String obstacle(Path work) throws IOException {
    Path probe = work.resolve("probe");
    try {
      Volume volume = create(work.resolve("probe.ext4"), probe, true);
      try {
        return Shell.run(List.of("xfs_io", "-V")).ok()
            ? ""
            : "xfs_io (package xfsprogs) is missing";
      } finally {
        volume.delete();
      }
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  Path directory() {
    return directory;
  }

  private void mount() {
    Shell.must("mount", "-o", "loop", file.toString(), directory.toString());
  }

  /** Leaves no free block. */
  void fill() {
    long available =
        Long.parseLong(
            Shell.must("df", "--output=avail", "-B1", directory.toString())
                .lines()
                .reduce("", (any, last) -> last)
                .strip());
    Shell.must(
        "fallocate",
        "-l",
        String.valueOf(Math.max(1, available - FILLED_BY_WRITING)),
        directory.resolve(FILLER).toString());
    Shell.run(
        List.of(
            "dd",
            "if=/dev/zero",
            "of=" + directory.resolve(FILLER + "-rest"),
            "bs=4096",
            "conv=fsync",
            "status=none"));
  }

  /** Gives the blocks back. */
  void free() throws IOException {
    Files.deleteIfExists(directory.resolve(FILLER));
    Files.deleteIfExists(directory.resolve(FILLER + "-rest"));
  }

  /**
   * The device is gone from one moment to the next: what was not synced is lost, the file system's
   * own journal included.
   */
  void cutPower() {
    Shell.must("xfs_io", "-x", "-c", "shutdown", directory.toString());
  }

  /** Power is back; nothing has the file system open. The journal is replayed. */
  void restorePower() {
    unmount();
    mount();
  }

  /**
   * A container of somebody else that starts at this moment may hold a copy of the mount a little
   * longer. As long as it does, mounting again would give the same file system, which is shut down.
   */
  private void unmount() {
    Shell.must("umount", directory.toString());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(UNMOUNT_SECONDS);
    while (!Shell.must("losetup", "-j", file.toString()).isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(file + " is still in use somewhere");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    }
  }

  /** Removes everything. */
  void delete() throws IOException {
    if (mounted) {
      unmount();
      Files.delete(file);
    }
  }
}
