package io.raftlog.examples.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.AppendResult;
import io.raftlog.Consistency;
import io.raftlog.LogRecord;
import io.raftlog.Message;
import io.raftlog.NodeId;
import io.raftlog.OnTrimmed;
import io.raftlog.Producer;
import io.raftlog.RaftLog;
import io.raftlog.RaftLogNode;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.StartAt;
import io.raftlog.SubscribeOptions;
import io.raftlog.Subscription;
import io.raftlog.netty.NettyTransport;
import io.raftlog.rocksdb.RocksDbStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

/**
 * The code in README.md: {@link DocumentedCodeTest} compares. Futures that are ignored here are so
 * for the sake of brevity there.
 */
@SuppressWarnings("FutureReturnValueIgnored")
class ReadmeSnippetsTest {
  private final byte[] payload = bytes("order 1");
  private final byte[] key = bytes("customer 7");
  private final byte[] json = bytes("application/json");

  /** Is compiled only: it needs three machines. */
  static void start(byte[] payload) {
    // snippet start
    RaftLogNode node =
        RaftLogNode.builder("n1")
            .cluster("billing")
            .member("n1", "10.0.0.1:7400")
            .member("n2", "10.0.0.2:7400")
            .member("n3", "10.0.0.3:7400")
            .transport(NettyTransport.builder().build())
            .storage(RocksDbStorage.at(Path.of("data/n1")))
            .log("orders")
            .start();
    RaftLog log = node.log("orders");

    log.append("checkout-eu-1", 0, payload).join(); // on any node; again, it is a DUPLICATE
    log.read(0).join().records().forEach(System.out::println);
    // end
  }

  @Test
  void shouldGoOnInOneFileWhenTheLeaderHasGone() throws Exception {
    // snippet try
    Path data = Files.createTempDirectory("raftlog");
    Map<String, RaftLogNode> nodes = new TreeMap<>();
    for (String id : List.of("n1", "n2", "n3")) {
      nodes.put(
          id,
          RaftLogNode.builder(id)
              .cluster("hello")
              .member("n1", "127.0.0.1:7401")
              .member("n2", "127.0.0.1:7402")
              .member("n3", "127.0.0.1:7403")
              .transport(NettyTransport.builder().build())
              .storage(RocksDbStorage.at(data.resolve(id)))
              .log("orders")
              .start());
    }
    RaftLog first = nodes.get("n1").log("orders");
    System.out.println(first.append("hello", 0, payload).join()); // APPENDED, at offset 0
    NodeId leader = first.status().leader().orElseThrow();
    nodes.remove(leader.toString()).close(); // two are left
    RaftLog other = nodes.values().iterator().next().log("orders");
    AppendResult again = other.append("hello", 0, payload).join(); // DUPLICATE, at offset 0
    AppendResult next = other.append("hello", 1, payload).join(); // APPENDED, at offset 1
    other.read(0).join().records().forEach(System.out::println);
    nodes.values().forEach(RaftLogNode::close);
    // end
    assertThat(again.offset()).isZero();
    assertThat(again.outcome()).isEqualTo(AppendResult.Outcome.DUPLICATE);
    assertThat(next.offset()).isOne();
  }

  @Test
  void shouldDoAllThatTheApiHas() throws Exception {
    // given
    RaftLogNode node = MemoryNode.start();
    Flow.Subscriber<LogRecord> subscriber = new Inbox(1);
    node.log("orders").append("checkout", 0, payload).join();
    // snippet api
    RaftLog log = node.log("orders"); // as many as were configured; log.id(), node.id()

    // Append, on any node, exactly once by producer and sequence: futures of where the record is.
    log.append("checkout", 1, payload);
    log.append("checkout", 2, List.of(payload, payload)); // all or none
    log.append("checkout", 4, Message.of(payload).withKey(key).withHeader("type", json));
    log.appendMessages("checkout", 5, List.of(Message.of(payload)));

    // Or through a handle: numbers, repeats, fences whoever had the id; an outbox resumes exactly.
    Producer producer = log.producer("orders-eu-1").join();
    long resumeAt = producer.lastSequence() + 1; // producer.id(), producer.lastOffset()
    producer.append(payload); // or List.of(payload, ...), or a Message
    producer.appendMessages(List.of(Message.of(payload)));
    producer.close();

    // Read, on any node: records(), nextOffset(), startOffset(), endOffset().
    ReadResult result = log.read(0).join(); // 10 records; log.read(0, 500) for more
    log.read(0, ReadOptions.DEFAULT.withMaxRecords(500).withWaitFor(Duration.ofSeconds(30)));
    log.read(0, ReadOptions.DEFAULT.withConsistency(Consistency.LINEARIZABLE));
    log.read(0, ReadOptions.DEFAULT.withAtLeast(result.endOffset()));
    log.read(
        0,
        ReadOptions.DEFAULT
            .withMaxStaleness(Duration.ofSeconds(1))
            .withTimeout(Duration.ofSeconds(5)));
    log.offsetAt(Instant.now().minusSeconds(3600));

    // Subscribe: a java.util.concurrent.Flow.Publisher, with back-pressure, without end.
    log.subscribe(StartAt.earliest()).subscribe(subscriber); // latest(), offset(42), time(instant)
    SubscribeOptions options =
        SubscribeOptions.DEFAULT
            .withBufferRecords(64)
            .withOnTrimmed(OnTrimmed.EARLIEST)
            .withGapListener((from, to) -> System.out.println(from));
    log.subscribe(StartAt.latest(), options);

    // A durable subscription keeps its position in the log: at least once, fenced, resumable.
    Subscription billing = log.subscription("billing").join(); // or with a StartAt and options
    billing.records().subscribe(subscriber);
    billing.commit(result.nextOffset()).join(); // billing.name(), position(), lag()
    log.subscriptions().forEach(System.out::println);
    billing.remove(); // or billing.close(), which keeps the position

    // Appends and reads for callers who wait; how it is; the end.
    producer.blocking();
    log.blocking().append("checkout", 6, payload);
    System.out.println(log.status());
    node.close(); // hands leadership over, settles every future
    // end
    assertThat(resumeAt).isZero();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
