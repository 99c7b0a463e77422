package io.raftlog.internal.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EntryLayoutTest {
  @ParameterizedTest
  @EnumSource
  void shouldDetectEverySingleFlippedBit(EntryKind kind) {
    byte[] entry = SampleEntries.bytesOf(kind);
    for (int bit = 0; bit < 8 * entry.length; bit++) {
      // given
      byte[] corrupted = entry.clone();
      corrupted[bit / 8] ^= (byte) (1 << (bit % 8));

      // then
      assertThatThrownBy(() -> EntryLayout.header(ByteBuffer.wrap(corrupted)))
          .as("bit %d of byte %d", bit % 8, bit / 8)
          .isInstanceOf(MalformedEntryException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldDetectATornEntry(EntryKind kind) {
    ByteBuffer entry = SampleEntries.of(kind);
    for (int length = 0; length < entry.limit(); length++) {
      ByteBuffer torn = entry.slice(0, length);

      assertThatThrownBy(() -> EntryLayout.header(torn))
          .as("the first %d bytes", length)
          .isInstanceOf(MalformedEntryException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadAnEntryInTheMiddleOfABuffer(EntryKind kind) {
    // given
    ByteBuffer entry = SampleEntries.of(kind);
    ByteBuffer buffer = ByteBuffer.allocateDirect(5 + entry.limit() + 9).position(5);
    buffer.put(entry.duplicate()).position(5);

    // when
    EntryHeader header = EntryLayout.header(buffer.asReadOnlyBuffer());

    // then
    assertThat(header).isEqualTo(EntryLayout.header(entry));
    assertThat(buffer.position()).isEqualTo(5);
  }

  @Test
  void shouldSayWhichVersionItFound() {
    // given
    ByteBuffer entry = SampleEntries.of(EntryKind.NO_OP).put(2, (byte) 2);

    // then
    assertThatThrownBy(() -> EntryLayout.header(entry))
        .isInstanceOf(MalformedEntryException.class)
        .hasMessage("entry format version 2, this version reads 1");
  }

  @Test
  void shouldRefuseToWriteAHeaderWithAnotherLength() {
    // given
    ByteBuffer entry = SampleEntries.of(EntryKind.NO_OP);
    EntryHeader header = EntryLayout.header(entry);
    ByteBuffer longer = ByteBuffer.allocate(entry.limit() + 1);

    // then
    assertThatThrownBy(() -> EntryLayout.putHeader(longer, header))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("header says 56 bytes, the entry has 57");
  }
}
