package io.raftlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.ChaosNetwork.Fate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Real nodes with their threads on a {@link ChaosNetwork}, each with a {@link ChaosDisk}. */
final class TestCluster implements AutoCloseable {
  static final String LOG = "orders";

  /** Elections are quick, and calm enough for a busy machine. */
  static final LogOptions FAST = fast().build();

  /**
   * For what must not be disturbed by an election, which a busy machine causes with {@link #FAST}:
   * a leader stays one, and an answer that is late is not taken for lost. The first election is
   * quick all the same.
   */
  static final LogOptions CALM = calm().build();

  /** How long anything may take that should happen at once: long, since machines are busy. */
  static final Duration SOON = Duration.ofSeconds(20);

  final ChaosNetwork network = new ChaosNetwork();
  private final List<String> members = new ArrayList<>();
  private final Map<String, ChaosDisk> disks = new LinkedHashMap<>();
  private final Map<String, RaftLogNode> nodes = new LinkedHashMap<>();
  private final LogOptions options;

  private TestCluster(int size, LogOptions options) {
    this.options = options;
    for (int i = 1; i <= size; i++) {
      members.add("n" + i);
      disks.put("n" + i, new ChaosDisk());
    }
  }

  /** A cluster of which no node is started. */
  static TestCluster of(int size, LogOptions options) {
    return new TestCluster(size, options);
  }

  /** A cluster with all nodes started and a leader that all of them know. */
  static TestCluster started(int size, LogOptions options) {
    TestCluster cluster = of(size, options);
    cluster.startAll();
    cluster.awaitLeader();
    return cluster;
  }

  static TestCluster started(int size) {
    return started(size, FAST);
  }

  static LogOptions.Builder fast() {
    return LogOptions.builder()
        .electionTimeout(Duration.ofMillis(300))
        .heartbeatInterval(Duration.ofMillis(50))
        .appendTimeout(Duration.ofSeconds(30));
  }

  static LogOptions.Builder calm() {
    return fast().electionTimeout(Duration.ofSeconds(2));
  }

  /** The members' ids. */
  List<String> members() {
    return members;
  }

  ChaosDisk disk(String id) {
    return disks.get(id);
  }

  ChaosLog stored(String id) {
    return disk(id).log();
  }

  RaftLogNode.Builder builder(String id) {
    RaftLogNode.Builder builder = RaftLogNode.builder(id).cluster("test");
    members.forEach(member -> builder.member(member, "address-of-" + member));
    return builder.transport(network.transport()).storage(disk(id).storage());
  }

  RaftLogNode start(String id) {
    return put(id, builder(id).log(LOG, options).start());
  }

  RaftLogNode put(String id, RaftLogNode node) {
    nodes.put(id, node);
    return node;
  }

  void startAll() {
    for (String id : members) {
      if (!nodes.containsKey(id)) {
        start(id);
      }
    }
  }

  /** Closes a node in good order. */
  void stop(String id) {
    nodes.remove(id).close();
  }

  /** Ends a node as a power failure would: nothing gets out, and what was not synced is lost. */
  void kill(String id) {
    network.isolate(id);
    disk(id).crash();
    nodes.remove(id).close();
  }

  void wipe(String id) {
    disks.put(id, new ChaosDisk());
  }

  RaftLogNode node(String id) {
    return nodes.get(id);
  }

  RaftLog log(String id) {
    return nodes.get(id).log(LOG);
  }

  List<String> running() {
    return List.copyOf(nodes.keySet());
  }

  /** The leader that all running nodes agree on. */
  String awaitLeader() {
    return awaitLeader(running());
  }

  String awaitLeader(List<String> ids) {
    String[] found = new String[1];
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              List<NodeId> leaders = new ArrayList<>();
              List<Long> terms = new ArrayList<>();
              for (String id : ids) {
                LogStatus status = log(id).status();
                status.leader().ifPresent(leaders::add);
                terms.add(status.term());
              }
              boolean agreed =
                  leaders.size() == ids.size()
                      && leaders.stream().distinct().count() == 1
                      && terms.stream().distinct().count() == 1
                      && ids.contains(leaders.get(0).value());
              found[0] = agreed ? leaders.get(0).value() : null;
              return agreed;
            });
    return found[0];
  }

  /** A running node that is not this one. */
  String other(String than) {
    return running().stream().filter(id -> !id.equals(than)).findFirst().orElseThrow();
  }

  List<String> others(String than) {
    return running().stream().filter(id -> !id.equals(than)).toList();
  }

  /** Waits until all running nodes know everything that one of them knows to be committed. */
  void awaitLevel() {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                running().stream().map(id -> log(id).status().endOffset()).distinct().count() == 1);
  }

  /**
   * Appends to a leader what no other node gets, and returns when it is on the leader's disk. Until
   * the network is healed the entries that it sends are lost, but not its heartbeats, so that it
   * leads for as long as the test needs; a leader that is cut off first may step down before it has
   * taken in what comes next.
   */
  CompletableFuture<AppendResult> appendOnlyTo(
      String leader, String producer, long sequence, byte[] payload) {
    network.rule(
        (from, to, frame) ->
            from.value().equals(leader) && frame.bodyBytes() > 0 ? Fate.DROP : Fate.DELIVER);
    long before = stored(leader).lastIndex();
    CompletableFuture<AppendResult> append = log(leader).append(producer, sequence, payload);
    await().atMost(SOON).until(() -> stored(leader).lastIndex() > before);
    return append;
  }

  /** Everything that a node has, as text: "producer:sequence=payload". */
  List<String> readAll(String id) {
    List<String> all = new ArrayList<>();
    ReadResult result;
    long offset = 0;
    do {
      result = get(log(id).read(offset, 1000));
      for (LogRecord record : result.records()) {
        assertThat(record.offset()).isEqualTo(all.size());
        all.add(text(record));
      }
      offset = result.nextOffset();
    } while (!result.records().isEmpty());
    return all;
  }

  static String text(LogRecord record) {
    return record.producerId()
        + ":"
        + record.sequence()
        + "="
        + new String(record.payloadBytes(), StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A future's value, which must come soon. */
  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(SOON.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("the future should have a value", e);
    }
  }

  /**
   * The value of a call that is repeated while it has none in time, as an application would repeat
   * it: for tests with an append timeout so short that any call may run into it.
   */
  static <T> T repeated(Supplier<CompletableFuture<T>> call) {
    AtomicReference<T> value = new AtomicReference<>();
    await()
        .atMost(SOON)
        .pollDelay(Duration.ZERO)
        .until(
            () -> {
              CompletableFuture<T> attempt = call.get();
              Throwable thrown = get(attempt.handle((result, failure) -> failure));
              if (thrown instanceof AppendOutcomeUnknownException
                  || thrown instanceof NoLeaderException) {
                return false;
              }
              value.set(get(attempt));
              return true;
            });
    return value.get();
  }

  /** What a future fails with, which it must do soon and directly, not wrapped. */
  static <X extends RaftLogException> X failure(CompletableFuture<?> future, Class<X> type) {
    Throwable thrown = get(future.handle((value, failure) -> failure));
    assertThat(thrown).isInstanceOf(type);
    return type.cast(thrown);
  }

  static void assertAppended(long offset, AppendResult result) {
    assertThat(result.outcome()).isEqualTo(AppendResult.Outcome.APPENDED);
    assertThat(result.offset()).isEqualTo(offset);
  }

  private static void onThread(Runnable task) {
    new Thread(task, "test-closer").start();
  }

  @Override
  public void close() {
    network.heal();
    CompletableFuture<?>[] closing =
        nodes.values().stream()
            .map(node -> CompletableFuture.runAsync(node::close, TestCluster::onThread))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(closing).join();
    nodes.clear();
    network.close();
    assertThat(network.broken()).as("promises of the SPI that a node broke").isEmpty();
  }
}
