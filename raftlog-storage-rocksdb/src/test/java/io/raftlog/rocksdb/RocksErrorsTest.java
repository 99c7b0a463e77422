package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.spi.StorageException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

class RocksErrorsTest {
  @BeforeAll
  static void load() {
    NativeLibrary.load();
  }

  @Test
  void shouldTellAFailedDiskFromCorruptedBytes() {
    assertThat(whileReading(Status.Code.Corruption, "block checksum mismatch").isCorruption())
        .isTrue();
    assertThat(whileReading(Status.Code.IOError, "Input/output error").isCorruption()).isFalse();
    assertThat(whileReading(Status.Code.IOError, "Input/output error"))
        .hasMessageContaining("log orders")
        .hasMessageContaining("Input/output error");
  }

  @Test
  void shouldTellAFullDiskFromAFailedOne() {
    assertThat(isDiskFull(Status.SubCode.NoSpace, "While appending to file")).isTrue();
    assertThat(isDiskFull(Status.SubCode.None, "No space left on device")).isTrue();
    assertThat(isDiskFull(Status.SubCode.None, "Disk quota exceeded")).isTrue();
    assertThat(isDiskFull(Status.SubCode.None, "Compaction too large: ")).isTrue();
    assertThat(isDiskFull(Status.SubCode.None, "Input/output error")).isFalse();
  }

  private static boolean isDiskFull(Status.SubCode subCode, String message) {
    return RocksErrors.isDiskFull(
        new RocksDBException(message, new Status(Status.Code.IOError, subCode, message)));
  }

  private static StorageException whileReading(Status.Code code, String message) {
    return RocksErrors.whileReading(
        "log orders",
        Path.of("data"),
        new RocksDBException(message, new Status(code, Status.SubCode.None, message)));
  }
}
