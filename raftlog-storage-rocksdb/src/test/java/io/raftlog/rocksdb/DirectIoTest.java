package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether files can be written past the cache; what comes of it, every other test shows. */
class DirectIoTest {
  @TempDir Path directory;

  @Test
  void shouldLeaveNothingBehind() {
    DirectIo.isPossible(directory);

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void shouldSayNoWhereNothingCanBeWritten() {
    assertThat(DirectIo.isPossible(directory.resolve("missing"))).isFalse();
    assertThat(DirectIo.isPossible(Path.of("/proc"))).isFalse();
  }
}
