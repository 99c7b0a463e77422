package io.raftlog.jepsen.client;

import io.raftlog.jepsen.history.OffsetKey;
import io.raftlog.simulation.checkers.RecordKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;

/** Payloads that say which record they are, so that every byte of a read can be checked. */
final class Payloads {
  /** What a read returned that nobody sent has this version. */
  static final int GARBAGE = -1;

  private static final int MAX_BYTES = 600;

  private Payloads() {}

  static String base64(RecordKey first, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",");
      RecordKey key = new RecordKey(first.producer(), first.sequence() + i, first.version());
      text.append(Base64.getEncoder().encodeToString(bytes(key)));
    }
    return text.toString();
  }

  private static byte[] bytes(RecordKey key) {
    byte[] name = (key + "/").getBytes(StandardCharsets.US_ASCII);
    SplittableRandom filler =
        new SplittableRandom(key.producer().hashCode() * 31L + key.sequence() * 7 + key.version());
    byte[] bytes = new byte[Math.max(name.length, filler.nextInt(MAX_BYTES))];
    filler.nextBytes(bytes);
    System.arraycopy(name, 0, bytes, 0, name.length);
    return bytes;
  }

  /** Records as nodes write them: {@code OFFSET:PRODUCER:SEQUENCE:BASE64,…}. */
  static List<OffsetKey> records(String text) {
    List<OffsetKey> records = new ArrayList<>();
    if (!text.isEmpty()) {
      for (String record : text.split(",", -1)) {
        String[] parts = record.split(":", 4);
        records.add(
            new OffsetKey(
                Long.parseLong(parts[0]), keyOf(parts[3], parts[1], Long.parseLong(parts[2]))));
      }
    }
    return records;
  }

  /** Which record a payload is; of version {@link #GARBAGE} when a byte is not as it was sent. */
  static RecordKey keyOf(String base64, String producer, long sequence) {
    byte[] bytes = Base64.getDecoder().decode(base64);
    String name = producer + "/" + sequence + "v";
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.startsWith(name) ? text.indexOf('/', name.length()) : -1;
    if (end > 0) {
      String version = text.substring(name.length(), end);
      if (version.matches("\\d{1,9}")) {
        RecordKey key = new RecordKey(producer, sequence, Integer.parseInt(version));
        if (Arrays.equals(bytes, bytes(key))) {
          return key;
        }
      }
    }
    return new RecordKey(producer, sequence, GARBAGE);
  }
}
