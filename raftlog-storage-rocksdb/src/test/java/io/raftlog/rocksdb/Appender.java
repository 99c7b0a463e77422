package io.raftlog.rocksdb;

import io.raftlog.spi.StorageListener;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredState;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A process that appends to a log until it is killed, and prints the last index of each write that
 * was reported as durable.
 */
final class Appender {
  private static final int IN_FLIGHT = 16;

  private Appender() {}

  public static void main(String[] args) throws InterruptedException {
    RocksDbStorage node =
        RocksDbStorage.builder(Path.of(args[0])).writeBufferBytes(1 << 20).build();
    node.open("c", CrashImage.NODE);
    Semaphore permits = new Semaphore(IN_FLIGHT);
    Printer printer = new Printer(permits);
    var log = node.openLog("orders", printer);
    StoredState stored = log.storedState();
    printer.firstIndex = stored.lastIndex();
    Random random = new Random(stored.lastIndex());
    for (long writeId = 1; ; writeId++) {
      permits.acquire();
      long index = stored.lastIndex() + writeId;
      byte[] bytes = new byte[random.nextInt(20_000)];
      var entry = TestLog.entry(index, 1 + index / 100, bytes);
      log.write(new StorageWrite(writeId, null, 0, List.of(entry), null, 0));
    }
  }

  /** Called by the writer thread only, after {@code firstIndex} was set. */
  private static final class Printer implements StorageListener {
    private final Semaphore permits;
    private volatile long firstIndex;
    private long last;

    Printer(Semaphore permits) {
      this.permits = permits;
    }

    @Override
    public void onDurable(long writeId) {
      System.out.println(firstIndex + writeId);
      permits.release((int) (writeId - last));
      last = writeId;
    }

    @Override
    public void onFailure(long writeId, @Nullable Throwable cause) {
      System.out.println("failed " + cause);
      System.exit(1);
    }
  }
}
