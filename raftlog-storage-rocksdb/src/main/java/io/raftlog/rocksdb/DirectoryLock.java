package io.raftlog.rocksdb;

import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The lock on a data directory: whoever has it is the only one, in all processes, who touches any
 * other file there. Owned by whoever opens and closes the storage, one thread at a time.
 *
 * <p>It takes two files. On POSIX systems a process loses its lock on a file as soon as it closes
 * <em>any</em> descriptor of that file, so with one file this would happen:
 *
 * <ol>
 *   <li>A storage of this process holds the lock.
 *   <li>A second storage of this process opens the file, is refused by the JVM, closes the file.
 *       Now the operating system has released the first storage's lock.
 *   <li>Another process gets the lock, and two processes write to one directory.
 * </ol>
 *
 * <p>So the first file only keeps out the same process (the JVM keeps that book itself), and the
 * second one, which nobody opens who did not get the first, keeps out other processes.
 */
final class DirectoryLock implements AutoCloseable {
  private static final String IN_PROCESS_FILE = "lock-in-process";
  private static final String FILE = "lock";
  private static final int MAX_PID_BYTES = 32;

  private final FileChannel inProcess;
  private final FileChannel acrossProcesses;

  private DirectoryLock(FileChannel inProcess, FileChannel acrossProcesses) {
    this.inProcess = inProcess;
    this.acrossProcesses = acrossProcesses;
  }

  /**
   * Takes the lock, without waiting for it.
   *
   * @throws NodeStartException when somebody has it
   */
  static DirectoryLock acquire(Path directory) throws IOException {
    FileChannel inProcess = open(directory.resolve(IN_PROCESS_FILE));
    try {
      lock(inProcess, directory);
      FileChannel acrossProcesses = open(directory.resolve(FILE));
      try {
        lock(acrossProcesses, directory);
        writePid(acrossProcesses);
        return new DirectoryLock(inProcess, acrossProcesses);
      } catch (IOException | RuntimeException e) {
        acrossProcesses.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      inProcess.close();
      throw e;
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void lock(FileChannel channel, Path directory) throws IOException {
    try {
      if (channel.tryLock() == null) {
        throw locked(directory, "in use by another process" + holder(directory));
      }
    } catch (OverlappingFileLockException e) {
      throw locked(directory, "in use by another node in this process");
    }
  }

  private static NodeStartException locked(Path directory, String by) {
    return new NodeStartException(
        Reason.DIRECTORY_LOCKED,
        "data directory " + directory + " is " + by + "; stop that one, or use another directory",
        null);
  }

  private static void writePid(FileChannel channel) throws IOException {
    String pid = Long.toString(ProcessHandle.current().pid());
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  /** Only for a process that holds neither lock, because it closes the file. */
  private static String holder(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file) || Files.size(file) > MAX_PID_BYTES) {
      return "";
    }
    return ", pid " + Files.readString(file, StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    try {
      acrossProcesses.close();
    } finally {
      inProcess.close();
    }
  }
}
