package io.raftlog.internal.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunCursorTest {
  private static final long SEED = 5;

  @Test
  void shouldWalkOverWhatADraftWrote() {
    // given
    ByteBuffer entry = SampleEntries.of(EntryKind.RECORDS);
    RunCursor cursor = new RunCursor(entry);

    // then
    assertThat(cursor.nextRun()).isTrue();
    assertThat(cursor.producer()).isEqualTo(SampleEntries.ORDERS);
    assertThat(cursor.firstSequence()).isEqualTo(42);
    assertThat(cursor.count()).isEqualTo(3);
    assertThat(cursor.payloadCrcs()).containsExactly(crc("one"), crc("two"), crc(""));
    int one = cursor.recordsFrom();
    int two = cursor.after(one);
    assertThat(text(cursor.payload(one))).isEqualTo("one");
    assertThat(text(cursor.payload(two))).isEqualTo("two");
    assertThat(text(cursor.payload(cursor.after(two)))).isEmpty();
    assertThat(cursor.after(cursor.after(two))).isEqualTo(cursor.runEnd());
    assertThat(cursor.listLength(one)).isEqualTo(1);
    assertThat(cursor.listLength(two)).isEqualTo(2);

    assertThat(cursor.nextRun()).isTrue();
    assertThat(cursor.producer()).isEqualTo(SampleEntries.BILLING);
    assertThat(cursor.firstSequence()).isZero();
    assertThat(cursor.payloadCrcs()).containsExactly(crc("漢"));
    assertThat(cursor.nextRun()).isFalse();
  }

  @Test
  void shouldRefuseARunWithoutRecords() {
    // given
    ByteBuffer entry =
        SampleEntries.of(EntryKind.RECORDS)
            .putInt(EntryLayout.HEADER_BYTES + EntryLayout.RUN_COUNT, 0);

    // then
    assertThatThrownBy(() -> new RunCursor(entry).nextRun())
        .isInstanceOf(MalformedEntryException.class)
        .hasMessage("malformed run or record at byte 56");
  }

  @Test
  void shouldOnlyThrowMalformedEntryExceptionWhenBytesAreMutated() {
    Random random = new Random(SEED);
    byte[] valid = SampleEntries.bytesOf(EntryKind.RECORDS);
    for (int i = 0; i < 50_000; i++) {
      // given
      byte[] bytes = Arrays.copyOf(valid, valid.length - random.nextInt(3));
      for (int mutations = random.nextInt(3); mutations >= 0; mutations--) {
        int body = bytes.length - EntryLayout.HEADER_BYTES;
        bytes[EntryLayout.HEADER_BYTES + random.nextInt(body)] = (byte) random.nextInt();
      }

      // then
      try {
        walk(ByteBuffer.wrap(bytes));
      } catch (MalformedEntryException e) {
        assertThat(e.getMessage()).startsWith("malformed run");
      } catch (RuntimeException e) {
        fail("seed " + SEED + ", entry " + HexFormat.of().formatHex(bytes), e);
      }
    }
  }

  private static void walk(ByteBuffer entry) {
    RunCursor cursor = new RunCursor(entry);
    while (cursor.nextRun()) {
      int crcs = cursor.payloadCrcs().length;
      int records = 0;
      for (int at = cursor.recordsFrom(); at < cursor.runEnd(); at = cursor.after(at)) {
        int unused = cursor.payload(at).remaining() + cursor.listLength(at);
        records++;
      }
      assertThat(records).isEqualTo(crcs).isEqualTo(cursor.count());
    }
  }

  private static int crc(String payload) {
    return EntryDraft.payloadCrc(payload.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(ByteBuffer payload) {
    return StandardCharsets.UTF_8.decode(payload).toString();
  }
}
