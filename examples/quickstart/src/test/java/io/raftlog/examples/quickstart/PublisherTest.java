package io.raftlog.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.AppendOutcomeUnknownException;
import io.raftlog.BackpressureException;
import io.raftlog.LogFailedException;
import io.raftlog.NoLeaderException;
import io.raftlog.NodeClosedException;
import io.raftlog.RaftLogException;
import io.raftlog.SequenceGapException;
import io.raftlog.SequenceReusedException;
import io.raftlog.UnknownProducerException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PublisherTest {
  private static final int COUNT = 20;
  private static final int WINDOW = 4;

  private final FakeLog first = new FakeLog();
  private final FakeLog second = new FakeLog();
  private final List<Long> acknowledged = new ArrayList<>();

  @Test
  void shouldPublishEverythingOnceAndInOrder() throws InterruptedException {
    publish(0);
    assertThat(first.appended).containsExactlyElementsOf(upTo(COUNT));
    assertThat(first.calls).isEqualTo(COUNT);
    assertThat(acknowledged).containsExactlyElementsOf(upTo(COUNT));
  }

  @Test
  void shouldGoOnWhereItWas() throws InterruptedException {
    first.appended.addAll(upTo(12));
    publish(10);
    assertThat(first.appended).containsExactlyElementsOf(upTo(COUNT));
    assertThat(acknowledged)
        .containsExactlyElementsOf(LongStream.range(10, COUNT).boxed().toList());
  }

  @Test
  void shouldTryAgainHereWhenThereIsTooMuchInFlight() throws InterruptedException {
    first.failures.add(new BackpressureException("full"));
    // What was called behind it is refused for that reason, and must not end anything.
    first.failures.add(new UnknownProducerException("p", 1));
    first.failures.add(new UnknownProducerException("p", 2));
    first.failures.add(new SequenceGapException("p", 3, 1, 0));
    publish(0);
    assertThat(first.appended).containsExactlyElementsOf(upTo(COUNT));
    assertThat(second.calls).isZero();
    assertThat(acknowledged).containsExactlyElementsOf(upTo(COUNT));
  }

  static List<RaftLogException> failuresOfANode() {
    return List.of(
        new NoLeaderException("none"),
        new AppendOutcomeUnknownException("unknown"),
        new NodeClosedException("closed"),
        new LogFailedException(RaftLogException.Fate.UNKNOWN, "disk", null));
  }

  @ParameterizedTest
  @MethodSource("failuresOfANode")
  void shouldGoToAnotherNodeWhenThisOneFails(RaftLogException failure) throws InterruptedException {
    first.failures.add(failure);
    publish(0);
    assertThat(second.appended).containsExactlyElementsOf(upTo(COUNT));
    assertThat(acknowledged).containsExactlyElementsOf(upTo(COUNT));
  }

  static List<RaftLogException> failuresForGood() {
    return List.of(
        new SequenceReusedException("p", 0, 0),
        new SequenceGapException("p", 0, 1, 7),
        new UnknownProducerException("p", 0));
  }

  @ParameterizedTest
  @MethodSource("failuresForGood")
  void shouldGiveUpWhenMoreOfTheSameWouldNotHelp(RaftLogException failure) {
    first.failures.add(failure);
    assertThatThrownBy(() -> publish(0)).isSameAs(failure);
    assertThat(acknowledged).isEmpty();
  }

  private void publish(long firstSequence) throws InterruptedException {
    RecordSource source =
        new RecordSource() {
          @Override
          public long count() {
            return COUNT;
          }

          @Override
          public byte[] payload(long sequence) {
            return new byte[] {(byte) sequence};
          }
        };
    NodeChoice nodes = new NodeChoice(List.of(() -> first, () -> second), 0);
    new Publisher("p", source, firstSequence, nodes, WINDOW, it -> acknowledged.add(it.sequence()))
        .run();
  }

  private static List<Long> upTo(long end) {
    return LongStream.range(0, end).boxed().toList();
  }
}
