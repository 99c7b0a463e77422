package io.raftlog.jepsen.node;

import io.raftlog.Consistency;
import io.raftlog.LogRecord;
import io.raftlog.LogStatus;
import io.raftlog.NodeId;
import io.raftlog.OffsetOutOfRangeException;
import io.raftlog.RaftLog;
import io.raftlog.RaftLogException;
import io.raftlog.ReadOptions;
import io.raftlog.SequenceGapException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the harness may ask.
 *
 * <pre>
 * N append PRODUCER SEQUENCE BASE64,BASE64,…          N ok OFFSET OUTCOME
 * N read local|linearizable OFFSET MAX TIMEOUT WAIT   N ok END OFFSET:PRODUCER:SEQUENCE:BASE64,…
 * N claim SUBSCRIPTION                                N ok CLAIM POSITION
 * N deliver CLAIM MAX                                 N ok END OFFSET:PRODUCER:SEQUENCE:BASE64,…
 * N commit CLAIM POSITION                             N ok
 * N status                                            N ok ROLE TERM LEADER VOTING END
 * N shape PEER DELAY JITTER BYTES_BETWEEN_FLIPS       N ok
 *                                                     N fail|info EXCEPTION DETAIL
 * </pre>
 *
 * <p>Durations are milliseconds. {@code fail} is definite, {@code info} leaves the outcome open, as
 * in Jepsen's histories. The detail is the expected sequence of a gap, the end offset of a read
 * beyond it, else -1.
 */
final class Commands {
  private final RaftLog log;
  private final Map<String, LinkProxy> links;
  private final Subscribers subscribers;

  Commands(RaftLog log, Map<String, LinkProxy> links) {
    this.log = log;
    this.subscribers = new Subscribers(log);
    this.links = links;
  }

  void execute(String line, Consumer<String> answer) {
    String[] fields = line.split(" ", -1);
    Consumer<String> reply = text -> answer.accept(fields[0] + " " + text);
    try {
      switch (fields[1]) {
        case "append" -> append(fields, reply);
        case "read" -> read(fields, reply);
        case "claim" -> answer(subscribers.claim(fields[2]), text -> "ok " + text, reply);
        case "deliver" ->
            reply.accept(deliver(Long.parseLong(fields[2]), Integer.parseInt(fields[3])));
        case "commit" ->
            answer(
                subscribers.commit(Long.parseLong(fields[2]), Long.parseLong(fields[3])),
                nothing -> "ok",
                reply);
        case "status" -> reply.accept(status(log.status()));
        case "shape" -> {
          shape(fields);
          reply.accept("ok");
        }
        default -> throw new IllegalArgumentException("no such command: " + fields[1]);
      }
    } catch (IllegalArgumentException e) {
      reply.accept(failure(e));
    }
  }

  private void append(String[] fields, Consumer<String> reply) {
    List<byte[]> payloads = new ArrayList<>();
    for (String payload : fields[4].split(",", -1)) {
      payloads.add(Base64.getDecoder().decode(payload));
    }
    answer(
        log.append(fields[2], Long.parseLong(fields[3]), payloads),
        result -> "ok " + result.offset() + " " + result.outcome(),
        reply);
  }

  private void read(String[] fields, Consumer<String> reply) {
    ReadOptions options =
        ReadOptions.DEFAULT
            .withConsistency(
                fields[2].equals("local") ? Consistency.LOCAL : Consistency.LINEARIZABLE)
            .withMaxRecords(Integer.parseInt(fields[4]))
            .withTimeout(Duration.ofMillis(Long.parseLong(fields[5])))
            .withWaitFor(Duration.ofMillis(Long.parseLong(fields[6])));
    answer(
        log.read(Long.parseLong(fields[3]), options),
        result -> records(result.endOffset(), result.records()),
        reply);
  }

  private String deliver(long claim, int max) {
    Subscribers.Delivered delivered = subscribers.take(claim, max);
    return delivered.ended() == null
        ? records(log.status().endOffset(), delivered.records())
        : failure(delivered.ended());
  }

  private static <T> void answer(
      CompletableFuture<T> future, Function<T, String> toText, Consumer<String> reply) {
    var unused =
        future.whenComplete(
            (result, failure) ->
                reply.accept(failure == null ? toText.apply(result) : failure(failure)));
  }

  private static String records(long end, List<LogRecord> records) {
    StringBuilder text = new StringBuilder("ok ").append(end).append(' ');
    String separator = "";
    for (LogRecord record : records) {
      text.append(separator).append(record.offset());
      text.append(':').append(record.producerId());
      text.append(':').append(record.sequence());
      text.append(':').append(Base64.getEncoder().encodeToString(record.payloadBytes()));
      separator = ",";
    }
    return text.toString();
  }

  private static String status(LogStatus status) {
    return "ok "
        + status.role()
        + " "
        + status.term()
        + " "
        + status.leader().map(NodeId::toString).orElse("-")
        + " "
        + status.voting()
        + " "
        + status.endOffset();
  }

  private void shape(String[] fields) {
    LinkProxy link = links.get(fields[2]);
    if (link == null) {
      throw new IllegalArgumentException("no proxied link to " + fields[2]);
    }
    link.shape(
        new LinkProxy.Shape(
            Long.parseLong(fields[3]), Long.parseLong(fields[4]), Integer.parseInt(fields[5])));
  }

  private static String failure(Throwable thrown) {
    @Nullable Throwable cause = thrown.getCause();
    Throwable failure = thrown instanceof CompletionException && cause != null ? cause : thrown;
    boolean definite =
        failure instanceof RaftLogException known
            && known.fate() == RaftLogException.Fate.NOT_APPENDED;
    long detail = -1;
    if (failure instanceof SequenceGapException gap) {
      detail = gap.expectedSequence();
    } else if (failure instanceof OffsetOutOfRangeException beyond) {
      detail = beyond.endOffset();
    }
    return (definite ? "fail " : "info ") + failure.getClass().getSimpleName() + " " + detail;
  }
}
