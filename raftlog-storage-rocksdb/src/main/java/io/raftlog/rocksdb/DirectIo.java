package io.raftlog.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Whether a file system lets files be written past its cache. Stateless. */
final class DirectIo {
  private static final String PROBE = "direct-io-probe";

  private DirectIo() {}

  /**
   * Tries it with a file that is deleted again: some file systems refuse, and RocksDB would fail
   * with the first table that it writes.
   *
   * @param directory where
   */
  static boolean isPossible(Path directory) {
    Path probe = directory.resolve(PROBE);
    try (FileChannel channel =
        FileChannel.open(
            probe,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE,
            direct())) {
      int block = Math.toIntExact(Files.getFileStore(directory).getBlockSize());
      ByteBuffer bytes = ByteBuffer.allocateDirect(2 * block).alignedSlice(block).limit(block);
      return channel.write(bytes) == block;
    } catch (IOException | ReflectiveOperationException | RuntimeException e) {
      return false;
    }
  }

  /** The JDK's option, by its name: it is supported, but newer compilers call it internal. */
  private static OpenOption direct() throws ReflectiveOperationException {
    Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
    return (OpenOption) options.getField("DIRECT").get(null);
  }
}
