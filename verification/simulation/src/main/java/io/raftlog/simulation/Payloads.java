package io.raftlog.simulation;

import io.raftlog.internal.entry.RecordBodies;
import io.raftlog.simulation.checkers.RecordKey;
import io.raftlog.simulation.checkers.Violation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Payloads that say which record they are, so that every byte of a read can be checked. */
final class Payloads {
  private final int maxBytes;

  Payloads(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  RecordBodies of(RecordKey first, int count) {
    List<byte[]> payloads = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      payloads.add(bytes(new RecordKey(first.producer(), first.sequence() + i, first.version())));
    }
    return RecordBodies.of(payloads);
  }

  private byte[] bytes(RecordKey key) {
    byte[] name =
        (key.producer() + "/" + key.sequence() + "/" + key.version() + "/")
            .getBytes(StandardCharsets.US_ASCII);
    SeededRandom filler =
        new SeededRandom(key.producer().hashCode() * 31L + key.sequence() * 7 + key.version());
    int length = Math.max(name.length, (int) filler.between(0, maxBytes));
    byte[] bytes = new byte[length];
    for (int i = name.length; i < length; i++) {
      bytes[i] = (byte) filler.nextLong();
    }
    System.arraycopy(name, 0, bytes, 0, name.length);
    return bytes;
  }

  /** Which record a payload is; every byte must be as it was sent. */
  RecordKey keyOf(ByteBuffer payload, String producer, long sequence) {
    byte[] bytes = new byte[payload.remaining()];
    payload.duplicate().get(bytes);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String[] parts = text.split("/", 4);
    Violation.unless(parts.length == 4, "BytesAsSent", () -> "not a payload: " + text);
    RecordKey key = new RecordKey(parts[0], Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
    Violation.unless(
        key.producer().equals(producer) && key.sequence() == sequence,
        "BytesAsSent",
        () -> key + " stands where " + producer + "/" + sequence + " should");
    Violation.unless(
        java.util.Arrays.equals(bytes, bytes(key)),
        "BytesAsSent",
        () -> "the bytes of " + key + " differ");
    return key;
  }
}
