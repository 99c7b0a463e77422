package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import io.raftlog.NodeId;
import io.raftlog.netty.Greeting.Kind;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class GreetingTest {
  private static final NodeId N2 = new NodeId("n2");
  private static final Identity N1 =
      new Identity("billing", new NodeId("n1"), new UUID(1, 2), new UUID(3, 4));

  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldReadWhatWasWritten(Kind kind) throws Exception {
    Greeting greeting = Greeting.of(kind, N1, N2, "why");

    assertThat(Greeting.tryDecode(Unpooled.wrappedBuffer(greeting.encode()))).isEqualTo(greeting);
  }

  /** Every version of the protocol must be able to tell that it is another one. */
  @Test
  void shouldKeepTheLayoutOfVersion1() {
    assertThat(HexFormat.of().formatHex(Greeting.of(Kind.HELLO, N1, N2, "").encode()))
        .isEqualTo(
            "52464c47" // magic
                + "0001" // version
                + "0034" // length
                + "00" // hello
                + "000762696c6c696e67" // billing
                + "00026e31" // n1
                + "00026e32" // n2
                + "00000000000000010000000000000002" // incarnation
                + "00000000000000030000000000000004" // session
                + "0000" // detail
                + "e5d93341"); // CRC32C
  }

  @Test
  void shouldFitTheLongestNamesAndDetail() throws Exception {
    Identity longest =
        new Identity(
            "\u20ac".repeat(170), new NodeId("a".repeat(64)), UUID.randomUUID(), UUID.randomUUID());
    Greeting greeting =
        Greeting.of(
            Kind.WRONG_CLUSTER, longest, new NodeId("b".repeat(64)), "\u20ac".repeat(1_000));

    byte[] bytes = greeting.encode();

    assertThat(bytes.length).isLessThanOrEqualTo(Greeting.MAX_BYTES);
    assertThat(greeting.detail()).isEqualTo("\u20ac".repeat(85));
    assertThat(Greeting.tryDecode(Unpooled.wrappedBuffer(bytes))).isEqualTo(greeting);
  }

  @Test
  void shouldWaitForTheRestAndLeaveWhatFollows() throws Exception {
    // given
    byte[] bytes = Greeting.of(Kind.HELLO, N1, N2, "").encode();
    for (int length = 0; length < bytes.length; length++) {
      ByteBuf partial = Unpooled.wrappedBuffer(bytes, 0, length);

      // when, then
      assertThat(Greeting.tryDecode(partial)).isNull();
      assertThat(partial.readableBytes()).isEqualTo(length);
    }
    ByteBuf more = Unpooled.wrappedBuffer(bytes, new byte[] {7});
    assertThat(Greeting.tryDecode(more)).isNotNull();
    assertThat(more.readByte()).isEqualTo((byte) 7);
  }

  @Test
  void shouldNoticeEveryFlippedBit() {
    byte[] bytes = Greeting.of(Kind.HELLO, N1, N2, "").encode();
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);

      assertThat(isAccepted(flipped)).as("bit %d flipped", bit).isFalse();
    }
  }

  private static boolean isAccepted(byte[] bytes) {
    try {
      return Greeting.tryDecode(Unpooled.wrappedBuffer(bytes)) != null;
    } catch (CorruptedFrameException | Greeting.UnsupportedVersionException e) {
      return false;
    }
  }

  @Test
  void shouldRecogniseForeignBytesByTheFirstOne() {
    assertThatThrownBy(() -> Greeting.tryDecode(Unpooled.wrappedBuffer(new byte[] {'G'})))
        .isInstanceOf(CorruptedFrameException.class);
  }
}
