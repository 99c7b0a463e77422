package io.raftlog.benchmarks.failover;

import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs {@link ReplicaMain}, seen from the one that started it. Used by one thread;
 * what the process says is taken in by another.
 */
final class ReplicaProcess {
  /** How long it may take to start, or to answer: longer than any contender needs. */
  private static final long ANSWER_SECONDS = 120;

  private final int replica;
  private final Process process;
  private final AppendLoop.Listener listener;
  private final BlockingQueue<List<String>> answers = new LinkedBlockingQueue<>();

  ReplicaProcess(int replica, Process process, AppendLoop.Listener listener) {
    this.replica = replica;
    this.process = process;
    this.listener = listener;
    Thread reader = new Thread(this::takeIn, "replica-" + replica);
    reader.setDaemon(true);
    reader.start();
  }

  /** Which replica it is, from 0. */
  int replica() {
    return replica;
  }

  /** Waits until it runs, and gives its timing. Blocks. */
  Map<String, String> awaitReady() throws IOException, InterruptedException {
    Map<String, String> timing = new TreeMap<>();
    JsonParser.parseString(answer(ReplicaMain.READY).get(1))
        .getAsJsonObject()
        .entrySet()
        .forEach(setting -> timing.put(setting.getKey(), setting.getValue().getAsString()));
    return timing;
  }

  /** Whether it leads, and how many records it has. Blocks. */
  State state() throws IOException, InterruptedException {
    tell(ReplicaMain.STATE);
    List<String> answer = answer(ReplicaMain.STATE);
    return new State(Boolean.parseBoolean(answer.get(1)), Long.parseLong(answer.get(2)));
  }

  /** It shall append from now on. Does not wait for it. */
  void startLoad() throws IOException {
    tell(ReplicaMain.START);
  }

  /** It shall append no more. Does not wait for it. */
  void stopLoad() throws IOException {
    tell(ReplicaMain.STOP);
  }

  /** Compares what was acknowledged with what it has. Blocks. */
  Audit audit(List<String> acknowledged) throws IOException, InterruptedException {
    tell(ReplicaMain.AUDIT + " " + String.join(" ", acknowledged));
    List<String> answer = answer(ReplicaMain.AUDIT);
    return new Audit(
        Long.parseLong(answer.get(1)),
        Long.parseLong(answer.get(2)),
        Long.parseLong(answer.get(3)));
  }

  /** Kills it, with SIGKILL. Does not wait until it is gone. */
  void kill() {
    process.destroyForcibly();
  }

  /** Waits until the process is gone. */
  void awaitEnd() throws InterruptedException {
    process.waitFor();
  }

  private void tell(String text) throws IOException {
    OutputStream out = process.getOutputStream();
    out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private List<String> answer(String word) throws IOException, InterruptedException {
    List<String> answer = answers.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
    if (answer == null || !answer.get(0).equals(word)) {
      throw new IOException("replica " + replica + " should say " + word + ", says " + answer);
    }
    return answer;
  }

  private void takeIn() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(ReplicaMain.MARK)) {
          takeIn(words(line.substring(ReplicaMain.MARK.length())));
        }
      }
      answers.add(List.of("nothing: it has ended"));
    } catch (IOException e) {
      answers.add(List.of("nothing: " + e));
    }
  }

  private static List<String> words(String text) {
    // What follows the word for "ready" is JSON.
    return List.of(text.split(" ", text.startsWith(ReplicaMain.READY) ? 2 : -1));
  }

  private void takeIn(List<String> words) {
    if (!words.get(0).equals(ReplicaMain.ACKNOWLEDGED)) {
      answers.add(words);
    } else if (words.size() == 4) {
      listener.acknowledged(
          Long.parseLong(words.get(1)), Long.parseLong(words.get(2)), Long.parseLong(words.get(3)));
    }
  }

  /**
   * How a replica is doing.
   *
   * @param leads whether it leads, as far as it knows
   * @param records how many it has
   */
  record State(boolean leads, long records) {}

  /**
   * What a replica has in the end.
   *
   * @param lost acknowledged records that it does not have
   * @param duplicates records that it has more than once
   * @param foreign records that nobody appended so
   */
  record Audit(long lost, long duplicates, long foreign) {
    Audit worseOf(Audit other) {
      return new Audit(
          Math.max(lost, other.lost),
          Math.max(duplicates, other.duplicates),
          Math.max(foreign, other.foreign));
    }
  }
}
