package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How a record of the write-ahead log is made. */
class WalRecordTest {
  @Test
  void shouldNotTakeDirectMemoryAnewForEachBatchOfEntriesThatDoNotFillAPiece() {
    WalRecord record = new WalRecord();
    ByteBuffer key = ByteBuffer.wrap(new byte[] {7});
    ByteBuffer value = ByteBuffer.wrap(new byte[600_000]);
    long before = directBytes();
    for (int batch = 0; batch < 20; batch++) {
      for (long bytes = 0; bytes < BatchWriter.MAX_BATCH_BYTES; bytes += value.remaining()) {
        record.add(WalRecord.PUT, (byte) 1, key, value);
      }
      record.clear();
    }

    // what one such batch needs, whether or not a garbage collection has run meanwhile
    assertThat(directBytes() - before).isLessThan(2 * BatchWriter.MAX_BATCH_BYTES);
  }

  @Test
  void shouldNotKeepTheMemoryOfTheLargestRecord() {
    ByteBuffer key = ByteBuffer.wrap(new byte[] {7});
    long before = directBytes();
    WalRecord record = new WalRecord();

    record.add(WalRecord.PUT, (byte) 0, key, ByteBuffer.allocate(96 << 20));
    assertThat(directBytes() - before).isGreaterThan(90 << 20);
    record.clear();

    Awaitility.await()
        .until(
            () -> {
              System.gc();
              return directBytes() - before < 48 << 20;
            });
    record.add(WalRecord.PUT, (byte) 0, key, key);
    assertThat(record.length()).isEqualTo(WalRecord.OPERATION_BYTES + 2);
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
