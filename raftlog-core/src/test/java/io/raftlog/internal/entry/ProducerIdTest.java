package io.raftlog.internal.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProducerIdTest {
  @Test
  void shouldEqualTheSameNameHoweverItWasMade() {
    // given
    byte[] utf8 = "orders-é".getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer = ByteBuffer.allocateDirect(40).put(3, utf8);

    // when
    ProducerId encoded = ProducerId.of("orders-é");
    ProducerId copied = ProducerId.copyOf(buffer, 3, utf8.length);

    // then
    assertThat(copied).isEqualTo(encoded).hasSameHashCodeAs(encoded).hasToString("orders-é");
    assertThat(buffer.position()).isZero();
  }

  @Test
  void shouldNotEqualAnotherNameOrType() {
    ProducerId id = ProducerId.of("orders");

    assertThat(id).isNotEqualTo(ProducerId.of("orders-")).isNotEqualTo(ProducerId.of("Orders"));
    assertThat(id).isNotEqualTo("orders").isNotEqualTo(null);
  }

  @Test
  void shouldWriteTheBytesItIsLongFor() {
    // given
    ProducerId id = ProducerId.of("漢字");
    ByteBuffer buffer = ByteBuffer.allocate(id.length());

    // when
    id.put(buffer);

    // then
    assertThat(buffer.hasRemaining()).isFalse();
    assertThat(buffer.array()).isEqualTo("漢字".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldCountBytesAndNotCharactersAgainstTheLimit() {
    assertThat(ProducerId.of("p".repeat(255)).length()).isEqualTo(255);
    assertThat(ProducerId.of("é".repeat(127)).length()).isEqualTo(254);
    assertThatThrownBy(() -> ProducerId.of("p".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the name of a producer or subscription must have 1 to 255 bytes of UTF-8, has 256");
    assertThatThrownBy(() -> ProducerId.of("é".repeat(128)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("has 256");
  }

  @Test
  void shouldRefuseAnEmptyName() {
    assertThatThrownBy(() -> ProducerId.of(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("has 0");
  }
}
