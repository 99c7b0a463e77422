package io.raftlog.examples.outbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One life of a {@link NodeProcess}, as seen by who started it. */
final class ChildProcess {
  private static final List<String> JVM_FLAGS =
      List.of(
          "-Xmx256m",
          // That it starts soon matters more than how fast it becomes.
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          // Netty and RocksDB use native code; JDK 17 does not know these options.
          "-XX:+IgnoreUnrecognizedVMOptions",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
          "-Dorg.slf4j.simpleLogger.log.io.raftlog.netty=info");

  private final String nodeId;
  private final Path errors;
  private final Process process;
  private final Map<String, Long> told = new ConcurrentHashMap<>();

  private ChildProcess(String nodeId, Path errors, Process process) {
    this.nodeId = nodeId;
    this.errors = errors;
    this.process = process;
    Thread reader = new Thread(this::listen, nodeId + "-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a node in a JVM of its own. What it logs is added to a file in the directory. */
  static ChildProcess start(String nodeId, Path directory, Map<String, String> addresses) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    command.addAll(List.of(NodeProcess.class.getName(), nodeId, directory.toString()));
    command.addAll(NodeProcess.members(addresses));
    Path errors = directory.resolve(nodeId + ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
      return new ChildProcess(nodeId, errors, builder.start());
    } catch (IOException e) {
      throw new ExampleException("no process can be started for " + nodeId + ": " + e, e);
    }
  }

  private void listen() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        String[] nameAndValue = line.split(" ", 2);
        told.put(nameAndValue[0], Long.valueOf(nameAndValue[1]));
      }
    } catch (IOException e) {
      // The process is gone; whoever waits for it sees that.
      return;
    }
  }

  String nodeId() {
    return nodeId;
  }

  long pid() {
    return process.pid();
  }

  /** What the process has last told under a name of its {@link Board}; -1 if nothing yet. */
  long told(String name) {
    return told.getOrDefault(name, -1L);
  }

  /** Gives it a command. */
  void command(String command) {
    try {
      OutputStream commands = process.getOutputStream();
      commands.write((command + "\n").getBytes(StandardCharsets.UTF_8));
      commands.flush();
    } catch (IOException e) {
      throw new ExampleException(nodeId + " takes no commands: see " + errors, e);
    }
  }

  /** Fails when the process has ended, which it never does by itself. */
  void mustLive() {
    if (!process.isAlive()) {
      throw new ExampleException(
          nodeId + " ended with exit code " + process.exitValue() + ": see " + errors);
    }
  }

  /** Kills it with SIGKILL where there is one, and waits until it is dead. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }
}
