package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
  private static final int NODES = 4;

  @TempDir Path temp;

  @Test
  void shouldCreateDirectoriesBelowOneParentAtTheSameTime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(NODES);
    CyclicBarrier together = new CyclicBarrier(NODES);
    try {
      for (int round = 0; round < 200; round++) {
        Path parent = temp.resolve("round" + round).resolve("data");
        List<Future<Path>> created = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
          Path directory = parent.resolve("n" + node);
          created.add(
              threads.submit(
                  () -> {
                    together.await();
                    DurableFiles.createDirectories(directory);
                    return directory;
                  }));
        }
        for (Future<Path> directory : created) {
          assertThat(directory.get()).isDirectory();
        }
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void shouldRefuseToCreateADirectoryWhereAFileIs() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "x");

    assertThatThrownBy(() -> DurableFiles.createDirectories(file))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void shouldSayThatADirectoryIsALinkToNothing() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("unmounted"));

    assertThatThrownBy(() -> DurableFiles.createDirectories(link.resolve("n1")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(link + ": is a symbolic link to a directory that is not there");
  }
}
