package io.raftlog.examples.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.AppendOutcomeUnknownException;
import io.raftlog.AppendResult;
import io.raftlog.BackpressureException;
import io.raftlog.BlockingProducer;
import io.raftlog.LogRecord;
import io.raftlog.Message;
import io.raftlog.NoLeaderException;
import io.raftlog.Producer;
import io.raftlog.ProducerFencedException;
import io.raftlog.RaftLog;
import io.raftlog.RaftLogNode;
import io.raftlog.SequenceGapException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/guide.md shows of producing; {@link DocumentedCodeTest} compares. */
class ProducingGuideTest {
  private final byte[] payload = "order 1".getBytes(UTF_8);
  private RaftLogNode node;
  private RaftLog log;

  @BeforeEach
  void startNode() {
    node = MemoryNode.start();
    log = node.log("orders");
  }

  @AfterEach
  void closeNode() {
    node.close();
  }

  @Test
  void shouldResumeAnOutbox() {
    List<byte[]> outbox = List.of(payload, payload, payload);
    log.append("orders-eu-1", 0, payload).join();
    // snippet outbox
    Producer producer = log.producer("orders-eu-1").join();
    int next = (int) producer.lastSequence() + 1; // all items before it are in the log
    List<CompletableFuture<AppendResult>> pending = new ArrayList<>();
    for (byte[] item : outbox.subList(next, outbox.size())) {
      pending.add(producer.append(item)); // does not wait: many are on their way at once
    }
    pending.forEach(CompletableFuture::join); // now they are on the disks of a majority
    // end
    assertThat(pending).hasSize(2);
    assertThat(log.status().endOffset()).isEqualTo(3);
  }

  @Test
  void shouldAppendTheSameSequenceOnce() {
    // snippet sequence
    AppendResult first = log.append("checkout-eu-1", 0, payload).join();
    AppendResult again = log.append("checkout-eu-1", 0, payload).join();
    // end
    assertThat(first.outcome()).isEqualTo(AppendResult.Outcome.APPENDED);
    assertThat(again.outcome()).isEqualTo(AppendResult.Outcome.DUPLICATE);
    assertThat(again.offset()).isEqualTo(first.offset());
  }

  @Test
  void shouldAppendAList() {
    byte[] debit = payload;
    byte[] credit = "order 2".getBytes(UTF_8);
    // snippet list
    AppendResult both = log.append("transfers", 0, List.of(debit, credit)).join();
    // end
    assertThat(log.read(both.offset()).join().records()).hasSize(2);
  }

  @Test
  void shouldCarryKeyAndHeaders() {
    byte[] customer = "c7".getBytes(UTF_8);
    byte[] json = "application/json".getBytes(UTF_8);
    // snippet message
    Message message = Message.of(payload).withKey(customer).withHeader("content-type", json);
    long offset = log.append("checkout-eu-1", 0, message).join().offset();

    LogRecord record = log.read(offset).join().records().get(0);
    ByteBuffer key = record.key(); // null when it has none
    record.headers().forEach(header -> System.out.println(header.name()));
    // end
    assertThat(key).isEqualTo(ByteBuffer.wrap(customer));
    assertThat(record.headers()).hasSize(1);
  }

  // snippet backpressure
  static CompletableFuture<AppendResult> appendWhenThereIsRoom(Producer producer, byte[] payload)
      throws InterruptedException {
    while (true) {
      CompletableFuture<AppendResult> appended = producer.append(payload);
      boolean refused =
          appended.isCompletedExceptionally()
              && appended.handle((result, e) -> e).join() instanceof BackpressureException;
      if (!refused) {
        return appended;
      }
      TimeUnit.MILLISECONDS.sleep(10); // no sequence was used: the next attempt is the same
    }
  }

  // end

  @Test
  void shouldAppendMoreThanMayBeInFlight() throws Exception {
    Producer producer = log.producer("flood").join();
    CompletableFuture<AppendResult> last = null;
    for (int i = 0; i < 40_000; i++) {
      last = appendWhenThereIsRoom(producer, payload);
    }
    assertThat(last.join().offset()).isEqualTo(39_999);
  }

  // snippet retry
  static AppendResult appendUntilKnown(RaftLog log, String producer, long sequence, byte[] payload)
      throws InterruptedException {
    while (true) {
      try {
        return log.blocking().append(producer, sequence, payload);
      } catch (AppendOutcomeUnknownException | NoLeaderException | BackpressureException e) {
        TimeUnit.MILLISECONDS.sleep(100); // the same call again, as often as it takes
      }
    }
  }

  // end

  @Test
  void shouldAppendOnceHoweverOftenItIsTried() throws Exception {
    assertThat(appendUntilKnown(log, "checkout", 0, payload).offset()).isZero();
    assertThat(appendUntilKnown(log, "checkout", 0, payload).offset()).isZero();
  }

  @Test
  void shouldSayWhichSequenceIsExpected() {
    // snippet gap
    log.append("checkout-eu-1", 0, payload).join();
    try {
      log.append("checkout-eu-1", 7, payload).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SequenceGapException gap) {
        System.out.println("go on with sequence " + gap.expectedSequence()); // 1
      }
    }
    // end
    assertThatThrownBy(() -> log.append("checkout-eu-1", 7, payload).join())
        .hasCauseInstanceOf(SequenceGapException.class);
  }

  @Test
  void shouldFenceTheOlderProducer() {
    // snippet fencing
    Producer old = log.producer("orders-eu-1").join();
    old.append(payload).join();
    Producer successor = log.producer("orders-eu-1").join(); // on any node
    successor.append(payload).join();
    CompletableFuture<AppendResult> late = old.append(payload); // ProducerFencedException
    // end
    assertThatThrownBy(late::join).hasCauseInstanceOf(ProducerFencedException.class);
    assertThat(successor.lastSequence()).isEqualTo(1);
  }

  @Test
  void shouldWaitForCallersWhoBlock() throws Exception {
    // snippet blocking
    try (BlockingProducer producer = log.blocking().producer("orders-eu-1")) {
      long offset = producer.append(payload).offset(); // a RaftLogException is thrown as it is
      log.blocking().read(offset).records().forEach(System.out::println);
    }
    // end
    assertThat(log.status().endOffset()).isEqualTo(1);
  }
}
