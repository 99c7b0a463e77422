package io.raftlog.internal.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.raftlog.Header;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
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
    assertThat(cursor.crcs()).containsExactly(crc("one"), crc("two"), crc(""));
    int one = cursor.recordsFrom();
    int two = cursor.after(one);
    assertThat(text(cursor.body(one))).isEqualTo("one");
    assertThat(text(cursor.body(two))).isEqualTo("two");
    assertThat(text(cursor.body(cursor.after(two)))).isEmpty();
    assertThat(cursor.after(cursor.after(two))).isEqualTo(cursor.runEnd());
    assertThat(cursor.listLength(one)).isEqualTo(1);
    assertThat(cursor.listLength(two)).isEqualTo(2);

    assertThat(cursor.nextRun()).isTrue();
    assertThat(cursor.producer()).isEqualTo(SampleEntries.BILLING);
    assertThat(cursor.firstSequence()).isZero();
    assertThat(cursor.crcs()).containsExactly(crc("漢"));
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
        assertThat(e.getMessage()).startsWith("malformed r");
      } catch (RuntimeException e) {
        fail("seed " + SEED + ", entry " + HexFormat.of().formatHex(bytes), e);
      }
    }
  }

  private static void walk(ByteBuffer entry) {
    RunCursor cursor = new RunCursor(entry);
    while (cursor.nextRun()) {
      int crcs = cursor.crcs().length;
      int records = 0;
      for (int at = cursor.recordsFrom(); at < cursor.runEnd(); at = cursor.after(at)) {
        int unused = cursor.body(at).remaining() + cursor.listLength(at);
        records++;
      }
      assertThat(records).isEqualTo(crcs).isEqualTo(cursor.count());
    }
  }

  @Test
  void shouldReadRegistrationsKeysAndHeaders() {
    // given
    RunCursor cursor = new RunCursor(SampleEntries.structuredRecords());

    // then: a registration
    assertThat(cursor.nextRun()).isTrue();
    assertThat(cursor.isControl()).isTrue();
    assertThat(cursor.control())
        .isEqualTo(new ControlRun.Registration(SampleEntries.ORDERS, 17, 0x7172737475767778L));
    assertThat(cursor.count()).isZero();

    // and: a record with everything, and one with nothing but that it might have
    assertThat(cursor.nextRun()).isTrue();
    assertThat(cursor.isControl()).isFalse();
    assertThat(cursor.registration()).isEqualTo(18);
    int at = cursor.recordsFrom();
    assertThat(cursor.isStructured(at)).isTrue();
    StructuredBody body = StructuredBody.decode(cursor.body(at));
    assertThat(text(body.key())).isEqualTo("key");
    assertThat(text(body.payload())).isEqualTo("payload");
    assertThat(body.headers()).extracting(Header::name).containsExactly("a", "漢", "a");
    assertThat(body.headers()).extracting(h -> text(h.value())).containsExactly("1", "", "2");
    StructuredBody bare = StructuredBody.decode(cursor.body(cursor.after(at)));
    assertThat(bare.key()).isNull();
    assertThat(bare.headers()).isEmpty();
    assertThat(text(bare.payload())).isEmpty();

    // and: a run under no registration
    assertThat(cursor.nextRun()).isTrue();
    assertThat(cursor.registration()).isZero();
    assertThat(cursor.nextRun()).isFalse();
  }

  @Test
  void shouldReadControlRuns() {
    RunCursor cursor = new RunCursor(SampleEntries.controlRuns());
    for (ControlRun expected : SampleEntries.CONTROL_RUNS) {
      assertThat(cursor.nextRun()).isTrue();
      assertThat(cursor.isControl()).isTrue();
      assertThat(cursor.control()).isEqualTo(expected);
      assertThat(cursor.runEnd() - cursor.recordsFrom())
          .isEqualTo(expected instanceof ControlRun.Claim ? Long.BYTES : 0);
    }
    assertThat(cursor.nextRun()).isFalse();
  }

  @Test
  void shouldOnlyThrowMalformedEntryExceptionWhenStructuredBytesAreMutated() {
    byte[] original = SampleEntries.bytes(SampleEntries.structuredRecords());
    Random random = new Random(3);
    int malformed = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = original.clone();
      int at = EntryLayout.HEADER_BYTES;
      bytes[at + random.nextInt(bytes.length - at)] = (byte) random.nextInt();
      RunCursor cursor = new RunCursor(ByteBuffer.wrap(bytes));
      try {
        while (cursor.nextRun()) {
          assertThat(cursor.crcs()).hasSize(cursor.count());
        }
      } catch (MalformedEntryException e) {
        malformed++;
      }
    }
    assertThat(malformed).isPositive();
  }

  private static int crc(String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    return RecordBodies.of(List.of(bytes)).crcs()[0];
  }

  private static String text(ByteBuffer payload) {
    return StandardCharsets.UTF_8.decode(payload).toString();
  }
}
