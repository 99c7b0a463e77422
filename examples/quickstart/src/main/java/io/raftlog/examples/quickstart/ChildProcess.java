package io.raftlog.examples.quickstart;

import io.raftlog.LogStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A running {@link NodeProcess}, as seen by who started it: one life of it. What it has told may be
 * read by any thread; commands come from one.
 */
final class ChildProcess {
  private static final List<String> JVM_FLAGS =
      List.of(
          "-Xmx256m",
          // A short life for each: that it starts soon matters more than how fast it becomes.
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          // Netty and RocksDB use native code; JDK 17 does not know how to be told that it is
          // wanted.
          "-XX:+IgnoreUnrecognizedVMOptions",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
          "-Dorg.slf4j.simpleLogger.log.io.raftlog.netty=info");

  private final String nodeId;
  private final Path errors;
  private final Process process;
  private final Map<String, CompletableFuture<Void>> marks = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private volatile Status status = Status.UNKNOWN;

  /**
   * What a node has last told of itself.
   *
   * @param leads whether it leads
   * @param term its term
   * @param appended how many of its appends stored a record
   */
  record Status(boolean leads, long term, long appended) {
    static final Status UNKNOWN = new Status(false, 0, 0);
  }

  private ChildProcess(String nodeId, Path errors, Process process) {
    this.nodeId = nodeId;
    this.errors = errors;
    this.process = process;
    Thread reader = new Thread(this::listen, nodeId + "-output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a node in a JVM of its own. What it logs is added to a file.
   *
   * @param nodeId which node
   * @param directory where all nodes and producers keep their data
   * @param addresses where all members are
   */
  static ChildProcess start(String nodeId, Path directory, Map<String, String> addresses) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    command.addAll(List.of(NodeProcess.class.getName(), nodeId, directory.toString()));
    addresses.forEach((member, address) -> command.add(member + "=" + address));
    Path errors = directory.resolve(nodeId + ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
              .start();
      return new ChildProcess(nodeId, errors, process);
    } catch (IOException e) {
      throw new ExampleException("no process can be started for " + nodeId + ": " + e, e);
    }
  }

  private void listen() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        onLine(line.split(" ", -1));
      }
    } catch (IOException e) {
      // The process is gone; whoever waits for it sees that.
      return;
    }
  }

  private void onLine(String[] words) {
    switch (words[0]) {
      case "status" ->
          status =
              new Status(
                  words[1].equals(LogStatus.Role.LEADER.name()),
                  Long.parseLong(words[2]),
                  Long.parseLong(words[3]));
      case "marked" -> Objects.requireNonNull(marks.get(words[1])).complete(null);
      case "stopped" -> stopped.complete(null);
      default -> throw new IllegalStateException(nodeId + " says " + String.join(" ", words));
    }
  }

  String nodeId() {
    return nodeId;
  }

  long pid() {
    return process.pid();
  }

  Status status() {
    return status;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Fails when the process has ended, which it never does by itself. */
  ChildProcess mustLive() {
    if (!process.isAlive()) {
      throw new ExampleException(
          nodeId + " ended with exit code " + process.exitValue() + ": see " + errors);
    }
    return this;
  }

  /** Kills it with SIGKILL where there is one, and waits until it is dead. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Completes when an append has stored a record that the process called after this. */
  CompletableFuture<Void> mark() {
    String name = String.valueOf(marks.size());
    CompletableFuture<Void> marked = new CompletableFuture<>();
    marks.put(name, marked);
    command("mark " + name);
    return marked;
  }

  /** Stops the load; completes when everything that was sent is acknowledged. */
  CompletableFuture<Void> stopLoad() {
    command("stop");
    return stopped;
  }

  private void command(String command) {
    try {
      OutputStream commands = process.getOutputStream();
      commands.write((command + "\n").getBytes(StandardCharsets.UTF_8));
      commands.flush();
    } catch (IOException e) {
      throw new ExampleException(nodeId + " takes no commands any more: see " + errors, e);
    }
  }
}
