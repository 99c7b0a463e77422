package io.raftlog.benchmarks.contender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PayloadsTest {
  private final Payloads payloads = new Payloads(100);

  @Test
  void shouldRecogniseItsOwn() {
    assertThat(payloads.verify(payloads.create(0))).isZero();
    assertThat(payloads.verify(payloads.create(123_456_789))).isEqualTo(123_456_789);
  }

  @Test
  void shouldRefuseWhatWasChanged() {
    byte[] changed = payloads.create(7);
    changed[99] ^= 1;

    assertThat(payloads.verify(changed)).isEqualTo(-1);
    assertThat(payloads.verify(new byte[99])).isEqualTo(-1);
  }

  @Test
  void shouldNeedRoomForTheNumber() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Payloads(7));
  }
}
