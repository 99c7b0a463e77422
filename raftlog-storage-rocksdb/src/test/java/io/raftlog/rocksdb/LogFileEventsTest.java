package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDB;

class LogFileEventsTest {
  private static final int FILES = 5_000;

  /** So often each thread looks before it lets the other one run, should there be one processor. */
  private static final int LOOKS_AT_ONCE = 10_000;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  @BeforeAll
  static void loadLibrary() {
    RocksDB.loadLibrary();
  }

  /**
   * The reclaimer flushes too. Seen: 1. The writer asks, and sees none. 2. The reclaimer's flush
   * begins a file. 3. The writer notes that it has been told, and never hears of the file.
   */
  @Test
  @SuppressWarnings("NullAway") // which memtable it is does not matter
  void shouldNotForgetAFileThatIsBegunWhileItIsAsked() throws InterruptedException {
    // given: a writer that asks all the time
    AtomicInteger taken = new AtomicInteger();
    try (LogFileEvents events = new LogFileEvents()) {
      Thread writer =
          new Thread(
              () -> {
                for (long asked = 1; taken.get() < FILES; asked++) {
                  if (events.takeNewFile()) {
                    taken.incrementAndGet();
                  } else if (asked % LOOKS_AT_ONCE == 0) {
                    LockSupport.parkNanos(1);
                  }
                }
              });
      writer.setDaemon(true);
      writer.start();

      // when: the next file begins when the writer knows of the one before
      for (int file = 1; file <= FILES; file++) {
        events.onMemTableSealed(null);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (long looked = 1; taken.get() < file; looked++) {
          if (looked % LOOKS_AT_ONCE == 0) {
            assertThat(deadline - System.nanoTime()).as("time left for file %d", file).isPositive();
            LockSupport.parkNanos(1);
          }
        }
      }
      writer.join();
    }
  }
}
