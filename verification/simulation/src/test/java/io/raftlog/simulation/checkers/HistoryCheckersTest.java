package io.raftlog.simulation.checkers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** One history that must not pass for each anomaly, beside one that must. */
class HistoryCheckersTest {
  private static final RecordKey A0 = new RecordKey("a", 0, 0);
  private static final RecordKey A1 = new RecordKey("a", 1, 0);
  private static final RecordKey B0 = new RecordKey("b", 0, 0);

  private final History history = new History();

  @Test
  void shouldAcceptAGoodHistory() {
    append("n1", A0, 0);
    append("n1", B0, 1);
    read("n1", true, 0, List.of(A0, B0), 2);

    assertThatCode(() -> checkAll(List.of(A0, B0))).doesNotThrowAnyException();
  }

  @Test
  void shouldCatchAnAcknowledgedRecordThatIsLost() {
    append("n1", A0, 0);

    catches("AcknowledgedIsThere", List.of());
  }

  @Test
  void shouldCatchAnAcknowledgedRecordAtAnotherOffset() {
    append("n1", A0, 0);
    append("n1", B0, 0);

    catches("AcknowledgedIsThere", List.of(A0, B0));
  }

  @Test
  void shouldCatchARecordThatNobodySent() {
    catches("NothingInvented", List.of(A0));
  }

  @Test
  void shouldCatchARecordThatWasDefinitelyRefused() {
    history.failed(history.invoke("n1", A0, 1), true, "refused");

    catches("NothingInvented", List.of(A0));
  }

  @Test
  void shouldAcceptARecordWhoseFateWasUnknown() {
    history.failed(history.invoke("n1", A0, 1), false, "unknown");

    assertThatCode(() -> checkAll(List.of(A0))).doesNotThrowAnyException();
  }

  @Test
  void shouldCatchADuplicate() {
    append("n1", A0, 0);

    catches("NoDuplicates", List.of(A0, A0));
  }

  @Test
  void shouldCatchAProducersRecordsOutOfOrder() {
    append("n1", A0, 1);
    append("n1", A1, 0);

    catches("ProducerOrder", List.of(A1, A0));
  }

  @Test
  void shouldCatchAReadOfSomethingElse() {
    append("n1", A0, 0);
    append("n1", B0, 1);
    read("n1", false, 0, List.of(B0), 2);

    catches("ReadsAreSlices", List.of(A0, B0));
  }

  @Test
  void shouldCatchAReadOfWhatWasNeverCommitted() {
    append("n1", A0, 0);
    read("n1", false, 1, List.of(B0), 2);

    catches("ReadsAreSlices", List.of(A0));
  }

  @Test
  void shouldAcceptASubscriberThatBeginsAnywhere() {
    append("n1", A0, 0);
    append("n1", B0, 1);
    history.delivered("s", 1, B0);
    history.delivered("other", 0, A0);
    history.delivered("other", 1, B0);

    assertThatCode(() -> checkAll(List.of(A0, B0))).doesNotThrowAnyException();
  }

  @Test
  void shouldCatchARecordThatIsDeliveredTwice() {
    append("n1", A0, 0);
    history.delivered("s", 0, A0);
    history.delivered("s", 0, A0);

    catches("SubscriptionsInOrder", List.of(A0));
  }

  @Test
  void shouldCatchARecordThatIsNotDelivered() {
    append("n1", A0, 0);
    append("n1", B0, 1);
    append("n1", A1, 2);
    history.delivered("s", 0, A0);
    history.delivered("s", 2, A1);

    catches("SubscriptionsInOrder", List.of(A0, B0, A1));
  }

  @Test
  void shouldCatchTheDeliveryOfSomethingElse() {
    append("n1", A0, 0);
    history.delivered("s", 0, B0);

    catches("SubscriptionsInOrder", List.of(A0));
  }

  @Test
  void shouldCatchTheDeliveryOfWhatWasNeverCommitted() {
    append("n1", A0, 0);
    history.delivered("s", 1, B0);

    catches("SubscriptionsInOrder", List.of(A0));
  }

  @Test
  void shouldCatchARecordDeliveredBeforeItWasSent() {
    history.delivered("s", 0, A0);
    append("n1", A0, 0);

    catches("RealTimeOrder", List.of(A0));
  }

  @Test
  void shouldCatchASessionThatGoesBackInTime() {
    append("n2", A0, 0);
    read("n1", false, 0, List.of(A0), 1);
    read("n1", false, 0, List.of(), 0);

    catches("MonotonicReads", List.of(A0));
  }

  @Test
  void shouldCatchAReadWithoutTheOwnWrite() {
    append("n1", A0, 0);
    read("n1", false, 0, List.of(), 0);

    catches("ReadYourWrites", List.of(A0));
  }

  @Test
  void shouldCatchAStaleLinearizableRead() {
    append("n1", A0, 0);
    read("n2", true, 0, List.of(), 0);

    catches("RealTimeOrder", List.of(A0));
  }

  @Test
  void shouldAcceptAStaleLocalRead() {
    append("n1", A0, 0);
    read("n2", false, 0, List.of(), 0);

    assertThatCode(() -> checkAll(List.of(A0))).doesNotThrowAnyException();
  }

  @Test
  void shouldCatchAppendsAgainstTheOrderInWhichTheyWereMade() {
    append("n1", B0, 1);
    append("n2", A0, 0);

    catches("RealTimeOrder", List.of(A0, B0));
  }

  @Test
  void shouldCatchARecordReadBeforeItWasSent() {
    read("n1", false, 0, List.of(A0), 1);
    append("n1", A0, 0);

    catches("RealTimeOrder", List.of(A0));
  }

  @Test
  void shouldCatchAnAppendThatCompletesTwice() {
    Append append = history.invoke("n1", A0, 1);
    history.acknowledged(append, 0, "");

    assertThatThrownBy(() -> history.acknowledged(append, 0, ""))
        .isInstanceOf(Violation.class)
        .hasMessageContaining("CompletedOnce");
  }

  private void append(String session, RecordKey key, long offset) {
    history.acknowledged(history.invoke(session, key, 1), offset, "");
  }

  private void read(
      String session, boolean linearizable, long from, List<RecordKey> records, long end) {
    history.read(session, linearizable, from, records, end, history.tick());
  }

  private void checkAll(List<RecordKey> log) {
    HistoryCheckers.ALL.forEach(checker -> checker.check(history, log));
  }

  private void catches(String rule, List<RecordKey> log) {
    HistoryChecker checker =
        HistoryCheckers.ALL.stream().filter(c -> c.name().equals(rule)).findAny().orElseThrow();
    assertThatThrownBy(() -> checker.check(history, log))
        .isInstanceOfSatisfying(Violation.class, e -> assertThat(e.rule()).isEqualTo(rule));
  }
}
