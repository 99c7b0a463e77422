package io.raftlog.examples.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.raftlog.Consistency;
import io.raftlog.LogOptions;
import io.raftlog.LogRecord;
import io.raftlog.LogStatus;
import io.raftlog.OnTrimmed;
import io.raftlog.RaftLog;
import io.raftlog.RaftLogNode;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import io.raftlog.StaleReadException;
import io.raftlog.StartAt;
import io.raftlog.SubscribeOptions;
import io.raftlog.Subscription;
import io.raftlog.SubscriptionFencedException;
import io.raftlog.SubscriptionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/guide.md shows of consuming and operating; {@link DocumentedCodeTest} compares. */
class ConsumingGuideTest {
  private static final int RECORDS = 30;

  private final List<Long> billed = new CopyOnWriteArrayList<>();
  private RaftLogNode node;
  private RaftLog log;

  @BeforeEach
  void startNode() {
    node = MemoryNode.start();
    log = node.log("orders");
    List<byte[]> payloads = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      payloads.add(("order " + i).getBytes(UTF_8));
    }
    log.append("checkout", 0, payloads).join();
  }

  @AfterEach
  void closeNode() {
    node.close();
  }

  @Test
  void shouldReadTheWholeLog() {
    List<String> orders = new ArrayList<>();
    // snippet read
    ReadResult result = log.read(0, 500).join();
    while (!result.records().isEmpty()) {
      for (LogRecord record : result.records()) {
        orders.add(new String(record.payloadBytes(), UTF_8));
      }
      result = log.read(result.nextOffset(), 500).join();
    }
    // end
    assertThat(orders).hasSize(RECORDS);
  }

  @Test
  void shouldWaitForARecord() {
    // snippet waiting
    ReadOptions waiting =
        ReadOptions.DEFAULT.withMaxRecords(500).withWaitFor(Duration.ofSeconds(30));
    CompletableFuture<ReadResult> next = log.read(log.status().endOffset(), waiting);
    // end
    assertThat(next).isNotDone();
    log.append("checkout", RECORDS, new byte[1]).join();
    assertThat(next.join().records()).hasSize(1);
  }

  @Test
  void shouldReadFromATimeOn() {
    // snippet time
    long offset = log.offsetAt(Instant.now().minus(Duration.ofHours(1))).join();
    ReadResult result = log.read(offset).join();
    // end
    assertThat(result.records().get(0).offset()).isZero();
  }

  // snippet subscriber
  /** Takes one record after another. */
  static final class Each implements Flow.Subscriber<LogRecord> {
    private final Consumer<LogRecord> consumer;
    private volatile Flow.Subscription subscription;

    Each(Consumer<LogRecord> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
      subscription = newSubscription;
      subscription.request(100); // so many at most are on their way
    }

    @Override
    public void onNext(LogRecord record) {
      consumer.accept(record); // may block: on a thread that is this subscriber's for so long
      subscription.request(1);
    }

    @Override
    public void onError(Throwable failure) {
      System.err.println(failure); // it is over; subscribe again at the last offset + 1
    }

    @Override
    public void onComplete() {} // a log has no end
  }

  // end

  @Test
  void shouldSubscribe() {
    // snippet subscribe
    log.subscribe(StartAt.earliest()).subscribe(new Each(record -> bill(record)));
    // end
    awaitBilled(0);
  }

  @Test
  void shouldSubscribeWithOptions() {
    Flow.Subscriber<LogRecord> subscriber = new Each(this::bill);
    // snippet options
    SubscribeOptions options =
        SubscribeOptions.DEFAULT
            .withOnTrimmed(OnTrimmed.EARLIEST)
            .withGapListener((from, to) -> System.err.println("missed " + from + " to " + to))
            .withBufferRecords(64);
    log.subscribe(StartAt.offset(20), options).subscribe(subscriber);
    // end
    awaitBilled(20);
  }

  @Test
  void shouldKeepAPosition() {
    // snippet durable
    Subscription billing = log.subscription("billing").join();
    Consumer<LogRecord> apply =
        record -> {
          bill(record); // returns when the effect is durable
          var unused = billing.commit(record.offset() + 1); // one at a time, the newest wins
        };
    billing.records().subscribe(new Each(apply));
    // end
    awaitBilled(0);
    billing.commit(RECORDS).join();
    assertThat(log.subscription("billing").join().position()).isEqualTo(RECORDS);
  }

  private void awaitBilled(long fromOffset) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(billed).containsExactlyElementsOf(offsets(fromOffset)));
  }

  private static List<Long> offsets(long fromOffset) {
    return LongStream.range(fromOffset, RECORDS).boxed().toList();
  }

  private void bill(LogRecord record) {
    billed.add(record.offset());
  }

  /** What an application keeps in its database, in one transaction with the offset. */
  private static final class Database {
    long nextOffset;
    int orders;
  }

  private final Database database = new Database();

  // snippet once
  /** In one transaction of the database that holds the effect. */
  void applyOnce(LogRecord record) {
    if (record.offset() < database.nextOffset) {
      return; // delivered again: its effect is there
    }
    database.orders++;
    database.nextOffset = record.offset() + 1;
  }

  // end

  @Test
  void shouldHaveEachEffectOnce() {
    for (int delivery = 0; delivery < 2; delivery++) {
      log.read(0, RECORDS).join().records().forEach(this::applyOnce);
    }
    assertThat(database.orders).isEqualTo(RECORDS);
  }

  @Test
  void shouldFenceTheOlderConsumer() {
    // snippet takeover
    Subscription old = log.subscription("billing").join();
    old.commit(10).join();
    Subscription successor = log.subscription("billing").join(); // on any node; goes on at 10
    CompletableFuture<Void> late = old.commit(20); // SubscriptionFencedException, moves nothing
    // end
    assertThatThrownBy(late::join).hasCauseInstanceOf(SubscriptionFencedException.class);
    assertThat(successor.position()).isEqualTo(10);
  }

  @Test
  void shouldReadWhatIsAsked() {
    long offset = RECORDS - 1;
    // snippet consistency
    ReadOptions everything = ReadOptions.DEFAULT.withConsistency(Consistency.LINEARIZABLE);
    ReadOptions mine = ReadOptions.DEFAULT.withAtLeast(offset + 1); // appended on another node
    ReadOptions fresh = ReadOptions.DEFAULT.withMaxStaleness(Duration.ofSeconds(1));
    // end
    for (ReadOptions options : List.of(everything, mine, fresh)) {
      assertThat(log.read(offset, options).join().records()).hasSize(1);
    }
    ReadOptions tooMuch = mine.withAtLeast(RECORDS + 1).withWaitFor(Duration.ofMillis(50));
    assertThatThrownBy(() -> log.read(0, tooMuch).join())
        .hasCauseInstanceOf(StaleReadException.class);
  }

  @Test
  void shouldTellHowItIs() {
    log.subscription("billing").join();
    // snippet status
    LogStatus status = log.status();
    boolean healthy = status.failure().isEmpty() && status.leader().isPresent() && status.voting();
    for (SubscriptionStatus subscription : log.subscriptions()) {
      System.out.println(subscription.name() + " is behind by " + subscription.lag());
    }
    // end
    assertThat(healthy).isTrue();
    assertThat(log.subscriptions().get(0).lag()).isEqualTo(RECORDS);
  }

  @Test
  void shouldCheckLimitsTogether() {
    // snippet limits
    LogOptions options =
        LogOptions.builder()
            .appendTimeout(Duration.ofSeconds(10))
            .maxInFlightBytes(16 << 20)
            .producerExpiry(Duration.ofDays(30))
            .build();
    // end
    assertThat(options.producerExpiry()).isEqualTo(Duration.ofDays(30));
  }
}
