package io.raftlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.RaftLogException.Fate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exceptions that were made on another thread, for the thread that rethrows them. */
class RethrownExceptionTest {
  private static List<RaftLogException> oneOfEach() {
    Throwable cause = new IllegalStateException("cause");
    return List.of(
        new AppendOutcomeUnknownException("m"),
        new BackpressureException("m"),
        new CorruptedLogException("m", cause),
        new LogFailedException(Fate.UNKNOWN, "m", cause),
        new NoLeaderException("m"),
        new NodeClosedException("m"),
        new NodeStartException(NodeStartException.Reason.OTHER, "m", cause),
        new OffsetOutOfRangeException(3, 1, 2),
        new OffsetTrimmedException(1, 2),
        new ProducerFencedException("p", 1),
        new SequenceGapException("p", 1, 2, 3),
        new SequenceReusedException("p", 1, 2),
        new StaleReadException("m", 1),
        new SubscriptionFencedException("s"),
        new TooManySubscriptionsException("s", 1),
        new UnknownProducerException("p", 1));
  }

  @Test
  void shouldSayTheSameAsTheOriginalWithTheCallersStack() {
    assertThat(oneOfEach())
        .extracting(Object::getClass)
        .containsExactlyInAnyOrder(RaftLogException.class.getPermittedSubclasses());
    for (RaftLogException original : oneOfEach()) {
      // when
      RaftLogException rethrown = original.rethrown();
      // then
      assertThat(rethrown)
          .isExactlyInstanceOf(original.getClass())
          .hasMessage(original.getMessage())
          .hasCause(original.getCause())
          .usingRecursiveComparison()
          .ignoringFields("stackTrace", "suppressedExceptions")
          .isEqualTo(original);
      assertThat(rethrown.fate()).isEqualTo(original.fate());
      assertThat(rethrown.getSuppressed()).containsExactly(original);
      assertThat(rethrown.getStackTrace())
          .anyMatch(
              frame ->
                  frame.getMethodName().equals("shouldSayTheSameAsTheOriginalWithTheCallersStack"));
      assertThat(original.getSuppressed()).isEmpty();
    }
  }
}
