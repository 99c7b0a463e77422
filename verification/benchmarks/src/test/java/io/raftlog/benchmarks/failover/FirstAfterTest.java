package io.raftlog.benchmarks.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class FirstAfterTest {
  private final FirstAfter first = new FirstAfter(1_000);

  @Test
  void shouldNotTakeAnAppendThatWasCalledBefore() {
    first.acknowledged(999, 1_200);
    first.acknowledged(1_000, 1_300);

    assertThatThrownBy(() -> first.await(0)).isInstanceOf(TimeoutException.class);
  }

  @Test
  void shouldTakeTheFirstThatWasCalledAfterwards() throws Exception {
    first.acknowledged(999, 1_200);
    first.acknowledged(1_001, 1_400);
    first.acknowledged(1_500, 1_600);

    assertThat(first.await(0)).isEqualTo(1_400);
  }
}
