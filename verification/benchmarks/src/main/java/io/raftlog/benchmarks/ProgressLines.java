package io.raftlog.benchmarks;

import io.raftlog.benchmarks.scenario.Progress;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a process says about its progress, from the file that its output goes to. One thread. */
final class ProgressLines {
  private final Path output;
  private long readBytes;

  ProgressLines(Path output) {
    this.output = output;
  }

  /** Those that came since the last call, without what marks them. A line must have its end. */
  List<String> next() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(output)) {
      channel.position(readBytes);
      byte[] bytes = Channels.newInputStream(channel).readAllBytes();
      int length = bytes.length;
      while (length > 0 && bytes[length - 1] != '\n') {
        length--;
      }
      readBytes += length;
      return new String(bytes, 0, length, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(Progress.MARK))
          .map(line -> line.substring(Progress.MARK.length()))
          .toList();
    }
  }
}
