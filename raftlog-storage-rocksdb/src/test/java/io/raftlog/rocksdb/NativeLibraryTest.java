package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process leaves in the directory for temporary files. */
class NativeLibraryTest {
  @TempDir Path temp;

  /** Opens a storage and keeps it. */
  static final class Opener {
    private Opener() {}

    public static void main(String[] args) throws IOException {
      RocksDbStorage.at(Path.of(args[0])).open("c", new NodeId("n1"));
      System.out.println("open");
      while (System.in.read() >= 0) {
        // until the parent kills this, or dies
      }
    }
  }

  @Test
  void shouldLeaveNothingBehindWhenTheProcessIsKilled() throws IOException {
    Path tmp = Files.createDirectory(temp.resolve("tmp"));
    try (TestProcess process =
        new TestProcess(Opener.class, temp.resolve("data"), "-Djava.io.tmpdir=" + tmp)) {
      assertThat(process.out.readLine()).isEqualTo("open");
    }
    assertThat(list(tmp)).isEmpty();
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
