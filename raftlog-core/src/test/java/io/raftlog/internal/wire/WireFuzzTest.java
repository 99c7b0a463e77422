package io.raftlog.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.raftlog.internal.message.RaftMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Hostile bytes: whatever they are, they are either a header or a {@link MalformedFrameException}.
 */
class WireFuzzTest {
  private static final long SEED = 42;
  private static final int MUTATED = 80_000;
  private static final int RANDOM = 20_000;

  private final WireCodec codec = new WireCodec();
  private final Random random = new Random(SEED);

  @Test
  void shouldOnlyThrowMalformedFrameExceptionWhenHeadersAreMutated() {
    // given
    List<byte[]> valid = validHeaders();

    // when
    int accepted = 0;
    for (int i = 0; i < MUTATED; i++) {
      accepted += decodes(mutated(valid)) ? 1 : 0;
    }

    // then
    assertThat(accepted)
        .as("accepted, so that both ways are taken")
        .isBetween(1_000, MUTATED - 1_000);
  }

  @Test
  void shouldOnlyThrowMalformedFrameExceptionWhenBytesAreRandom() {
    // when
    int accepted = 0;
    for (int i = 0; i < RANDOM; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      accepted += decodes(bytes) ? 1 : 0;
    }

    // then
    assertThat(accepted).as("random bytes that are a header").isZero();
  }

  private List<byte[]> validHeaders() {
    RandomEnvelopes envelopes = new RandomEnvelopes(SEED);
    List<byte[]> valid = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      for (RaftMessage.Kind kind : RaftMessage.Kind.values()) {
        valid.add(codec.encode(envelopes.logId(), envelopes.envelope(kind)).array());
      }
    }
    return valid;
  }

  /** Whether the bytes are a header; what they say must then survive another round trip. */
  private boolean decodes(byte[] bytes) {
    Addressed addressed;
    try {
      addressed = codec.decode(ByteBuffer.wrap(bytes));
    } catch (MalformedFrameException e) {
      return false;
    } catch (RuntimeException | Error e) {
      return fail("seed " + SEED + ", header " + HexFormat.of().formatHex(bytes), e);
    }
    ByteBuffer again = codec.encode(addressed.logId(), addressed.envelope());
    if (!codec.decode(again).equals(addressed)) {
      fail("seed " + SEED + ", not the same again: " + HexFormat.of().formatHex(bytes));
    }
    return true;
  }

  private byte[] mutated(List<byte[]> valid) {
    byte[] bytes = any(valid).clone();
    for (int mutations = 1 + random.nextInt(3); mutations > 0; mutations--) {
      int at = random.nextInt(bytes.length + 1);
      bytes =
          switch (random.nextInt(6)) {
            case 0, 1 -> withFlippedBit(bytes);
            case 2 -> joined(bytes, at, random.nextInt(256), at);
            case 3 -> Arrays.copyOf(bytes, at);
            case 4 -> withDeletion(bytes, at);
            default -> spliced(bytes, any(valid));
          };
    }
    return bytes;
  }

  private byte[] withFlippedBit(byte[] bytes) {
    byte[] flipped = bytes.clone();
    if (flipped.length > 0) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private byte[] joined(byte[] bytes, int to, int inserted, int from) {
    return ByteBuffer.allocate(to + 1 + bytes.length - from)
        .put(bytes, 0, to)
        .put((byte) inserted)
        .put(bytes, from, bytes.length - from)
        .array();
  }

  private byte[] withDeletion(byte[] bytes, int at) {
    int until = Math.min(bytes.length, at + 1 + random.nextInt(8));
    return ByteBuffer.allocate(at + bytes.length - until)
        .put(bytes, 0, at)
        .put(bytes, until, bytes.length - until)
        .array();
  }

  private byte[] spliced(byte[] head, byte[] tail) {
    int to = random.nextInt(head.length + 1);
    int from = random.nextInt(tail.length + 1);
    return ByteBuffer.allocate(to + tail.length - from)
        .put(head, 0, to)
        .put(tail, from, tail.length - from)
        .array();
  }

  private byte[] any(List<byte[]> headers) {
    return headers.get(random.nextInt(headers.size()));
  }
}
