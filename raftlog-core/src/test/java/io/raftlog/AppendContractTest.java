package io.raftlog;

import static io.raftlog.TestCluster.assertAppended;
import static io.raftlog.TestCluster.bytes;
import static io.raftlog.TestCluster.failure;
import static io.raftlog.TestCluster.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.raftlog.AppendResult.Outcome;
import io.raftlog.internal.producer.ProducerTable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * The rows of the contract's Appending table, on a cluster where nothing fails: a node that has to
 * send an append again, since it had no answer for an election timeout, can no longer tell a
 * duplicate of its own from another's, or what was refused from what was forgotten. Every test
 * appends under a producer id of its own.
 */
class AppendContractTest {
  private static TestCluster cluster;

  private String p;

  @BeforeAll
  static void start() {
    LogOptions options = TestCluster.calm().electionTimeout(Duration.ofSeconds(4)).build();
    cluster = TestCluster.started(3, options);
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void nameProducer(TestInfo test) {
    p = test.getDisplayName();
  }

  @Test
  void shouldAppendTheNextSequenceOnAnyNode() {
    long sequence = 0;
    long lastOffset = -1;
    for (String id : cluster.members()) {
      // when
      long before = System.currentTimeMillis();
      AppendResult result = get(log(id).append(p, sequence, bytes("on " + id)));
      // then
      assertThat(result.outcome()).isEqualTo(Outcome.APPENDED);
      assertThat(result.offset()).isGreaterThan(lastOffset);
      assertThat(result.timestamp()).isCloseTo(before, within(20_000L));
      LogRecord record = get(log(id).read(result.offset(), 1)).records().get(0);
      assertThat(TestCluster.text(record)).isEqualTo(p + ":" + sequence + "=on " + id);
      assertThat(record.timestamp()).isEqualTo(result.timestamp());
      lastOffset = result.offset();
      sequence++;
    }
  }

  @Test
  void shouldAnswerACommittedDuplicateWithTheOriginalOffsetAndTimestampOnAnyNode() {
    // given
    AppendResult original = get(log("n1").append(p, 0, bytes("zero")));
    AppendResult later = get(log("n1").append(p, 1, bytes("one")));
    for (String id : cluster.members()) {
      // when
      AppendResult again = get(log(id).append(p, 0, bytes("zero")));
      AppendResult lastAgain = get(log(id).append(p, 1, bytes("one")));
      // then
      assertThat(again)
          .isEqualTo(new AppendResult(original.offset(), original.timestamp(), Outcome.DUPLICATE));
      assertThat(lastAgain)
          .isEqualTo(new AppendResult(later.offset(), later.timestamp(), Outcome.DUPLICATE));
    }
    // and nothing was stored, no offset used
    assertThat(countOf(p)).isEqualTo(2);
    AppendResult next = get(log("n2").append(p, 2, bytes("two")));
    assertThat(next.offset()).isEqualTo(later.offset() + 1);
  }

  @Test
  void shouldAnswerAnOldDuplicateWhoseOffsetIsNoLongerRememberedAsASuccess() {
    // given: so many records behind it that neither its offset nor its checksum is remembered
    get(log("n1").append(p, 0, bytes("old")));
    AppendResult last = get(log("n1").append(p, 1, bytes("last")));
    List<byte[]> list = Collections.nCopies(1_000, new byte[0]);
    for (int i = 0; i <= ProducerTable.REMEMBERED_RECORDS / list.size(); i++) {
      get(log("n1").append(p + " other", (long) i * list.size(), list));
    }
    cluster.awaitLevel();
    long end = log("n1").status().endOffset();
    for (String id : cluster.members()) {
      // when
      AppendResult old = get(log(id).append(p, 0, bytes("old")));
      // then
      assertThat(old.outcome()).isEqualTo(Outcome.DUPLICATE);
      assertThat(old.offset()).isEqualTo(AppendResult.OFFSET_UNKNOWN);
      // and: of every producer the last record is remembered
      AppendResult lastAgain = get(log(id).append(p, 1, bytes("last")));
      assertThat(lastAgain.outcome()).isEqualTo(Outcome.DUPLICATE);
      assertThat(lastAgain.offset()).isEqualTo(last.offset());
      assertThat(log(id).status().endOffset()).isEqualTo(end);
    }
  }

  @Test
  void shouldTellOneOfTwoEqualCallsOnOneNodeThatItAppended() {
    for (String id : cluster.members()) {
      String producer = p + id;
      for (int sequence = 0; sequence < 50; sequence++) {
        // when
        CompletableFuture<AppendResult> one = log(id).append(producer, sequence, bytes("x"));
        CompletableFuture<AppendResult> other = log(id).append(producer, sequence, bytes("x"));
        // then
        assertThat(get(one).outcome()).as("first call of %s", sequence).isEqualTo(Outcome.APPENDED);
        assertThat(get(other).outcome()).as("second call").isEqualTo(Outcome.DUPLICATE);
        assertThat(get(other).offset()).isEqualTo(get(one).offset());
        assertThat(get(other).timestamp()).isEqualTo(get(one).timestamp());
      }
    }
  }

  @Test
  void shouldStoreOnceWhatAllNodesAppendAtTheSameTime() {
    for (int sequence = 0; sequence < 50; sequence++) {
      // when
      List<CompletableFuture<AppendResult>> calls = new ArrayList<>();
      for (String id : cluster.members()) {
        calls.add(log(id).append(p, sequence, bytes("same")));
      }
      // then
      List<AppendResult> results = calls.stream().map(TestCluster::get).toList();
      assertThat(results).extracting(AppendResult::offset).containsOnly(results.get(0).offset());
      assertThat(results)
          .extracting(AppendResult::outcome)
          .containsExactlyInAnyOrder(Outcome.APPENDED, Outcome.DUPLICATE, Outcome.DUPLICATE);
    }
    assertThat(countOf(p)).isEqualTo(50);
  }

  /** Seen: it was encoded in another way, so it was not the same record. */
  @Test
  void shouldTakeAMessageWithoutKeyAndHeadersForItsPayload() {
    // given
    RaftLog log = cluster.log("n1");
    Message bare = Message.of(bytes("0"));
    Message keyed = Message.of(bytes("1")).withKey(bytes("key"));
    // when
    get(log.append("bare", 0, bytes("0")));
    AppendResult again = get(log.append("bare", 0, bare));
    get(log.append("bare", 1, bare));
    AppendResult reverse = get(log.append("bare", 1, bytes("0")));
    long mixed = get(log.appendMessages("bare", 2, List.of(bare, keyed))).offset();
    AppendResult list = get(log.appendMessages("bare", 2, List.of(bare, keyed)));
    // then
    assertThat(List.of(again.outcome(), reverse.outcome(), list.outcome()))
        .containsOnly(Outcome.DUPLICATE);
    failure(log.append("bare", 0, bare.withKey(bytes("key"))), SequenceReusedException.class);
    List<LogRecord> records = get(log.read(mixed, 2)).records();
    assertThat(records).extracting(LogRecord::key).containsExactly(null, keyed.key());
    assertThat(records).extracting(TestCluster::text).containsExactly("bare:2=0", "bare:3=1");
  }

  @Test
  void shouldRefuseOtherBytesUnderACommittedSequenceOnAnyNode() {
    // given
    AppendResult original = get(log("n1").append(p, 0, bytes("this")));
    for (String id : cluster.members()) {
      // when
      SequenceReusedException refused =
          failure(log(id).append(p, 0, bytes("that")), SequenceReusedException.class);
      // then
      assertThat(refused.offset()).isEqualTo(original.offset());
      assertThat(refused.fate()).isEqualTo(RaftLogException.Fate.NOT_APPENDED);
    }
    assertThat(countOf(p)).isEqualTo(1);
    assertThat(get(log("n3").append(p, 1, bytes("next"))).outcome()).isEqualTo(Outcome.APPENDED);
  }

  @Test
  void shouldRefuseAListOfWhichOneRecordHasOtherBytes() {
    // given
    AppendResult original =
        get(log("n1").append(p, 0, List.of(bytes("a"), bytes("b"), bytes("c"))));
    // when
    SequenceReusedException refused =
        failure(
            log("n2").append(p, 0, List.of(bytes("a"), bytes("x"), bytes("c"))),
            SequenceReusedException.class);
    // then: the record that differs is the second
    assertThat(refused.offset()).isEqualTo(original.offset() + 1);
  }

  @Test
  void shouldRefuseAGapAndTakeTheResendOnAnyNode() {
    // given
    get(log("n1").append(p, 0, bytes("0")));
    for (String id : cluster.members()) {
      // when
      SequenceGapException gap =
          failure(log(id).append(p, 5, bytes("5")), SequenceGapException.class);
      // then
      assertThat(gap.expectedSequence()).isEqualTo(1);
      assertThat(gap.fate()).isEqualTo(RaftLogException.Fate.NOT_APPENDED);
    }
    // and resending from there works
    for (int sequence = 1; sequence <= 5; sequence++) {
      AppendResult result = get(log("n2").append(p, sequence, bytes("" + sequence)));
      assertThat(result.outcome()).isEqualTo(Outcome.APPENDED);
    }
    assertThat(sequencesOf(p)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void shouldRefuseAListThatStraddlesTheLastSequence() {
    // given
    get(log("n1").append(p, 0, List.of(bytes("0"), bytes("1"))));
    for (String id : cluster.members()) {
      // when
      SequenceGapException gap =
          failure(
              log(id).append(p, 1, List.of(bytes("1"), bytes("2"), bytes("3"))),
              SequenceGapException.class);
      // then
      assertThat(gap.expectedSequence()).isEqualTo(2);
    }
    assertThat(sequencesOf(p)).containsExactly(0L, 1L);
  }

  @Test
  void shouldRefuseAnUnknownProducerWithALaterSequenceOnAnyNode() {
    for (String id : cluster.members()) {
      UnknownProducerException unknown =
          failure(log(id).append(p, 1, bytes("1")), UnknownProducerException.class);
      assertThat(unknown.fate()).isEqualTo(RaftLogException.Fate.NOT_APPENDED);
    }
    // and sequence 0 registers it
    assertThat(get(log("n3").append(p, 0, bytes("0"))).outcome()).isEqualTo(Outcome.APPENDED);
    assertThat(get(log("n1").append(p, 1, bytes("1"))).outcome()).isEqualTo(Outcome.APPENDED);
  }

  @Test
  void shouldAppendAListAtomicallyWithConsecutiveOffsets() {
    for (String id : cluster.members()) {
      String producer = p + id;
      // when
      AppendResult result =
          get(log(id).append(producer, 0, List.of(bytes("a"), bytes(""), bytes("c"))));
      // then
      List<LogRecord> records = get(log(id).read(result.offset(), 3)).records();
      assertThat(records)
          .extracting(TestCluster::text)
          .containsExactly(producer + ":0=a", producer + ":1=", producer + ":2=c");
      // and a part of it is a duplicate, at the part's offset
      AppendResult part = get(log("n1").append(producer, 1, List.of(bytes(""), bytes("c"))));
      assertThat(part)
          .isEqualTo(new AppendResult(result.offset() + 1, result.timestamp(), Outcome.DUPLICATE));
    }
  }

  @Test
  void shouldKeepTheOrderOfCallsThatDoNotWait() {
    for (String id : cluster.members()) {
      String producer = p + id;
      List<CompletableFuture<AppendResult>> calls = new ArrayList<>();
      for (int sequence = 0; sequence < 2000; sequence++) {
        calls.add(log(id).append(producer, sequence, bytes("" + sequence)));
      }
      long last = -1;
      for (CompletableFuture<AppendResult> call : calls) {
        assertThat(get(call).outcome()).isEqualTo(Outcome.APPENDED);
        assertThat(get(call).offset()).isGreaterThan(last);
        last = get(call).offset();
      }
    }
  }

  @Test
  void shouldCompleteAnAppendThatWasCalledAfterOneThatIsRefused() {
    for (int round = 0; round < 100; round++) {
      String producer = p + round;
      RaftLog log = log(cluster.members().get(round % 3));
      // when: 2 cannot be appended, 0 can
      CompletableFuture<AppendResult> early = log.append(producer, 2, bytes("2"));
      CompletableFuture<AppendResult> first = log.append(producer, 0, bytes("0"));
      // then
      assertThat(failure(early, RaftLogException.class))
          .isInstanceOfAny(SequenceGapException.class, UnknownProducerException.class);
      assertThat(get(first).outcome()).isEqualTo(Outcome.APPENDED);
    }
  }

  @Test
  void shouldNeverLoseAnAppendWhenCallsOfOneProducerComeInAnyOrder() {
    for (int round = 0; round < 20; round++) {
      String producer = p + round;
      // when: 1 overtakes 0, on the same node or on another
      CompletableFuture<AppendResult> one = log("n1").append(producer, 1, bytes("1"));
      CompletableFuture<AppendResult> zero =
          log(round % 2 == 0 ? "n1" : "n2").append(producer, 0, bytes("0"));
      // then: 0 is in the log; 1 is too, or was definitely refused and can be sent again
      assertThat(get(zero).outcome()).isEqualTo(Outcome.APPENDED);
      boolean refused = one.handle((result, thrown) -> thrown != null).join();
      if (refused) {
        failure(one, UnknownProducerException.class);
      }
      AppendResult again = get(log("n3").append(producer, 1, bytes("1")));
      assertThat(again.outcome()).isEqualTo(refused ? Outcome.APPENDED : Outcome.DUPLICATE);
      assertThat(sequencesOf(producer)).containsExactly(0L, 1L);
    }
  }

  @Test
  void shouldShowTheRecordToAReadOnTheSameNodeWhenTheFutureCompletes() {
    for (String id : cluster.members()) {
      String producer = p + id;
      for (int sequence = 0; sequence < 50; sequence++) {
        CompletableFuture<ReadResult> read =
            log(id)
                .append(producer, sequence, bytes("" + sequence))
                .thenCompose(result -> log(id).read(result.offset(), 1));
        assertThat(get(read).records().get(0).sequence()).isEqualTo(sequence);
      }
    }
  }

  @Test
  void shouldNotSeeWhatTheCallerDoesToThePayloadAfterTheCall() {
    // given
    byte[] payload = bytes("original");
    // when
    CompletableFuture<AppendResult> append = log("n1").append(p, 0, payload);
    Arrays.fill(payload, (byte) 0);
    // then
    LogRecord record = get(log("n1").read(get(append).offset(), 1)).records().get(0);
    assertThat(record.payloadBytes()).isEqualTo(bytes("original"));
    assertThat(record.payload().isReadOnly()).isTrue();
  }

  @Test
  void shouldRefuseArgumentsThatCannotBe() {
    RaftLog log = log("n1");
    byte[] some = bytes("x");
    List<byte[]> noPayload = Arrays.asList(some, null);
    assertThatThrownBy(() -> log.append("", 0, some)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log.append("a".repeat(256), 0, some))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("255")
        .hasMessageContaining("256");
    assertThatThrownBy(() -> log.append("é".repeat(128), 0, some))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log.append("\ud800", 0, some))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log.append(p, -1, some))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> log.append(p, Long.MIN_VALUE, some))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log.append(p, Long.MAX_VALUE - 1, List.of(some, some)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log.append(p, 0, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> log.append(null, 0, some)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> log.append(p, 0, (byte[]) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> log.append(p, 0, (List<byte[]>) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> log.append(p, 0, noPayload)).isInstanceOf(NullPointerException.class);
    // and nothing was appended
    assertThat(countOf(p)).isZero();
  }

  @Test
  void shouldTakeIdsOfOneTo255Bytes() {
    for (String id : List.of("x", "y".repeat(255), "é".repeat(127), "日本語", " ", "\0")) {
      String producer = id;
      AppendResult result = get(log("n2").append(producer, 0, bytes("payload")));
      assertThat(result.outcome()).isEqualTo(Outcome.APPENDED);
      LogRecord record = get(log("n2").read(result.offset(), 1)).records().get(0);
      assertThat(record.producerId()).isEqualTo(producer);
    }
  }

  @Test
  void shouldRefuseTheLargestSequenceOfAProducerThatIsNotThere() {
    assertAppended(
        get(log("n1").append(p, 0, bytes("0"))).offset() + 1,
        get(log("n1").append(p, 1, bytes("1"))));
    SequenceGapException gap =
        failure(log("n1").append(p, Long.MAX_VALUE - 1, bytes("x")), SequenceGapException.class);
    assertThat(gap.expectedSequence()).isEqualTo(2);
    failure(
        log("n2").append(p + "unknown", Long.MAX_VALUE - 1, bytes("x")),
        UnknownProducerException.class);
  }

  private static RaftLog log(String id) {
    return cluster.log(id);
  }

  private static List<Long> sequencesOf(String producer) {
    cluster.awaitLevel();
    return cluster.readAll("n1").stream()
        .filter(text -> text.startsWith(producer + ":"))
        .map(text -> Long.parseLong(text.substring(producer.length() + 1, text.indexOf('='))))
        .toList();
  }

  private static int countOf(String producer) {
    return sequencesOf(producer).size();
  }

  @Test
  void shouldReturnKeyAndHeadersWithTheRecord() {
    // given
    RaftLog log = cluster.log("n1");
    Message message =
        Message.of(bytes("payload"))
            .withKey(bytes("customer-7"))
            .withHeader("content-type", bytes("text/plain"))
            .withHeader("trace", bytes(""));
    // when
    long first = get(log.append("headers", 0, message)).offset();
    get(log.appendMessages("headers", 1, List.of(Message.of(bytes("bare")), message)));
    get(log.append("headers", 3, bytes("plain")));
    // then
    cluster.awaitLevel();
    for (String id : cluster.members()) {
      List<LogRecord> records = get(cluster.log(id).read(first)).records();
      assertThat(records).extracting(LogRecord::sequence).containsExactly(0L, 1L, 2L, 3L);
      for (int i : new int[] {0, 2}) {
        LogRecord record = records.get(i);
        assertThat(record.key()).isEqualTo(ByteBuffer.wrap(bytes("customer-7")));
        assertThat(record.headers()).isEqualTo(message.headers());
        assertThat(record.payloadBytes()).isEqualTo(bytes("payload"));
      }
      for (int i : new int[] {1, 3}) {
        assertThat(records.get(i).key()).isNull();
        assertThat(records.get(i).headers()).isEmpty();
      }
    }
    // and: they count when a sequence is used again
    assertThat(get(log.append("headers", 0, message)).outcome()).isEqualTo(Outcome.DUPLICATE);
    failure(
        log.append("headers", 0, message.withKey(bytes("other"))), SequenceReusedException.class);
    failure(log.append("headers", 0, bytes("payload")), SequenceReusedException.class);
  }

  @Test
  void shouldRefuseHeadersThatCannotBe() {
    Message message = Message.of(bytes("x"));
    assertThatThrownBy(() -> message.withHeader("", bytes("")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> message.withHeader("x".repeat(256), bytes("")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> message.withHeader("half a character: \ud800", bytes("")))
        .isInstanceOf(IllegalArgumentException.class);
    Message full = message;
    for (int i = 0; i < Message.MAX_HEADERS; i++) {
      full = full.withHeader("name", bytes("value"));
    }
    Message most = full;
    assertThatThrownBy(() -> most.withHeader("one more", bytes("")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(get(cluster.log("n1").append("most headers", 0, most)).outcome())
        .isEqualTo(Outcome.APPENDED);
    Message large = message.withKey(new byte[LogOptions.DEFAULT_MAX_PAYLOAD_BYTES]);
    assertThatThrownBy(() -> cluster.log("n1").append("p", 1, large))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
