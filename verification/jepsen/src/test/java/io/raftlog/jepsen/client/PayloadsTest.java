package io.raftlog.jepsen.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.simulation.checkers.RecordKey;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class PayloadsTest {
  private static final RecordKey KEY = new RecordKey("p1", 7, 2);

  @Test
  void shouldRecogniseWhatWasSent() {
    assertThat(Payloads.keyOf(Payloads.base64(KEY, 1), "p1", 7)).isEqualTo(KEY);
  }

  @Test
  void shouldNoticeEveryFlippedBit() {
    byte[] sent = Base64.getDecoder().decode(Payloads.base64(KEY, 1));
    for (int bit = 0; bit < sent.length * Byte.SIZE; bit++) {
      byte[] changed = sent.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

      assertThat(Payloads.keyOf(Base64.getEncoder().encodeToString(changed), "p1", 7).version())
          .isEqualTo(Payloads.GARBAGE);
    }
  }

  @Test
  void shouldNoticeAnotherProducersRecord() {
    assertThat(Payloads.keyOf(Payloads.base64(KEY, 1), "p2", 7).version())
        .isEqualTo(Payloads.GARBAGE);
  }
}
