package io.raftlog.rocksdb;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Another JVM with the tests' class path. */
final class TestProcess implements AutoCloseable {
  final Process process;
  final BufferedReader out;

  TestProcess(Class<?> main, Path directory) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Kills it as {@code kill -9} does, and waits until it is dead. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
