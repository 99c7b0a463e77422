package io.raftlog.internal.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.entry.ProducerId;
import org.junit.jupiter.api.Test;

class ForgottenProducersTest {
  private static final ProducerId P = ProducerId.of("p");
  private static final ProducerId Q = ProducerId.of("q");

  private final ForgottenProducers forgotten = new ForgottenProducers(5);

  @Test
  void shouldSayWithWhichEntryAProducerWasForgottenLast() {
    forgotten.add(P, 8);
    forgotten.add(P, 10);

    assertThat(forgotten.mayHaveSince(P, 9)).isTrue();
    assertThat(forgotten.mayHaveSince(P, 10)).isFalse();
    assertThat(forgotten.mayHaveSince(Q, 5)).isFalse();
    assertThat(forgotten.mayHaveSince(Q, 4)).isTrue();
  }

  @Test
  void shouldNotSayThatAProducerWasNotForgottenWhenItDoesNotKnowAnyMore() {
    // given
    forgotten.add(P, 10);
    forgotten.add(Q, 11);
    // when: they are forgotten here too
    for (int i = 1; i < ForgottenProducers.MAX_PRODUCERS; i++) {
      forgotten.add(ProducerId.of("other" + i), 11 + i);
    }
    // then
    assertThat(forgotten.mayHaveSince(P, 9)).isTrue();
    assertThat(forgotten.mayHaveSince(P, 10)).isFalse();
    assertThat(forgotten.mayHaveSince(Q, 10)).isTrue();
    assertThat(forgotten.mayHaveSince(ProducerId.of("never"), 9)).isTrue();
  }

  @Test
  void shouldBeIndependentOfItsCopy() {
    forgotten.add(P, 10);
    ForgottenProducers copy = forgotten.copy();
    copy.add(Q, 11);

    assertThat(copy.mayHaveSince(P, 9)).isTrue();
    assertThat(forgotten.mayHaveSince(Q, 10)).isFalse();
  }
}
