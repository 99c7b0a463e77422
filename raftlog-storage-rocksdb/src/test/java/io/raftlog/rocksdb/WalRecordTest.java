package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
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

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
