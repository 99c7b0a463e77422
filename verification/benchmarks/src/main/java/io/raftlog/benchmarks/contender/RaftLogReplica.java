package io.raftlog.benchmarks.contender;

import io.raftlog.LogOptions;
import io.raftlog.LogRecord;
import io.raftlog.LogStatus;
import io.raftlog.Producer;
import io.raftlog.RaftLog;
import io.raftlog.RaftLogNode;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One node of ours, which appends through a producer handle of its own. */
final class RaftLogReplica implements Replica {
  private static final String LOG = "bench";
  private static final int READ_RECORDS = 1_000;

  /** A third of the defaults. */
  private static final LogOptions TUNED =
      LogOptions.builder()
          .electionTimeout(Duration.ofMillis(150))
          .heartbeatInterval(Duration.ofMillis(30))
          .build();

  private final LogOptions options;
  private final RaftLogNode node;
  private final RaftLog log;
  private final String producerId;
  private volatile @Nullable Producer producer;
  private @Nullable CompletableFuture<Producer> registration;

  private RaftLogReplica(Seat seat, LogOptions options) {
    this.options = options;
    this.node = RaftLogNodes.start(seat, List.of(LOG), options, UnaryOperator.identity());
    this.log = node.log(LOG);
    this.producerId = "load-" + seat.replica();
  }

  static RaftLogReplica start(Seat seat) {
    return new RaftLogReplica(seat, seat.tuned() ? TUNED : LogOptions.DEFAULT);
  }

  @Override
  public Map<String, String> timing() {
    return Map.of(
        "electionTimeout", options.electionTimeout().toMillis() + " ms",
        "heartbeatInterval", options.heartbeatInterval().toMillis() + " ms");
  }

  @Override
  public boolean leads() {
    return log.status().role() == LogStatus.Role.LEADER;
  }

  /** On every node, whoever leads. */
  @Override
  public boolean takesAppends() {
    return true;
  }

  @Override
  public CompletableFuture<?> append(byte[] payload) {
    Producer registered = producer;
    return registered != null
        ? registered.append(payload)
        : register().thenCompose(handle -> handle.append(payload));
  }

  /** Asks for the producer, again if that has failed. */
  CompletableFuture<Producer> register() {
    CompletableFuture<Producer> asked = registration;
    if (asked == null || asked.isCompletedExceptionally()) {
      asked = log.producer(producerId).whenComplete((handle, failure) -> producer = handle);
      registration = asked;
    }
    return asked;
  }

  @Override
  public long records() {
    return log.status().endOffset();
  }

  @Override
  public SeenNumbers seen(Payloads payloads) {
    SeenNumbers seen = new SeenNumbers();
    long offset = log.status().startOffset();
    while (true) {
      ReadResult result = log.read(offset, ReadOptions.DEFAULT.withMaxRecords(READ_RECORDS)).join();
      for (LogRecord record : result.records()) {
        seen.add(payloads.verify(record.payloadBytes()));
      }
      offset = result.nextOffset();
      if (result.records().isEmpty()) {
        return seen;
      }
    }
  }

  @Override
  public void close() {
    node.close();
  }
}
