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

  private static StorageException whileReading(Status.Code code, String message) {
    return RocksErrors.whileReading(
        "log orders",
        Path.of("data"),
        new RocksDBException(message, new Status(code, Status.SubCode.None, message)));
  }
}
