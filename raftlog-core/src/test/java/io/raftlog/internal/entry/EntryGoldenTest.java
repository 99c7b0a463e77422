package io.raftlog.internal.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The exact bytes of one entry a kind. */
class EntryGoldenTest {
  private static final String WHEN_CHANGED =
      "The entry format changed: what is on disks cannot be read any more. If that is meant, raise"
          + " EntryLayout.VERSION, keep reading the old version, and put the new bytes into the"
          + " file.";

  @ParameterizedTest
  @EnumSource
  void shouldWriteTheGoldenBytes(EntryKind kind) {
    GoldenBytes.assertGolden(file(kind), SampleEntries.bytesOf(kind), WHEN_CHANGED);
  }

  @Test
  void shouldWriteTheGoldenBytesOfAJointMembership() {
    ByteBuffer entry = SampleEntries.membershipEntry(SampleEntries.jointMembership());

    GoldenBytes.assertGolden("entry/membership_joint", SampleEntries.bytes(entry), WHEN_CHANGED);
  }

  @Test
  void shouldWriteTheGoldenBytesOfRegistrationsKeysAndHeaders() {
    ByteBuffer entry = SampleEntries.structuredRecords();

    GoldenBytes.assertGolden("entry/records_structured", SampleEntries.bytes(entry), WHEN_CHANGED);
  }

  @Test
  void shouldWriteTheGoldenBytesOfControlRuns() {
    ByteBuffer entry = SampleEntries.controlRuns();

    GoldenBytes.assertGolden("entry/records_control", SampleEntries.bytes(entry), WHEN_CHANGED);
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadTheGoldenHeader(EntryKind kind) {
    // given
    byte[] golden = GoldenBytes.read(file(kind));

    // when
    EntryHeader header = EntryLayout.header(ByteBuffer.wrap(golden));

    // then
    int recordCount = kind == EntryKind.RECORDS ? 4 : 0;
    assertThat(header)
        .as(WHEN_CHANGED)
        .isEqualTo(
            new EntryHeader(
                kind,
                golden.length,
                recordCount,
                0x0102030405060708L,
                7,
                0x1112131415161718L,
                1_700_000_000_123L,
                5_000_000_000L));
    assertThat(header.endOffset()).isEqualTo(0x1112131415161718L + recordCount);
  }

  @Test
  void shouldReadTheGoldenMemberships() {
    assertThat(membershipIn("entry/membership")).isEqualTo(SampleEntries.membership());
    assertThat(membershipIn("entry/membership_joint")).isEqualTo(SampleEntries.jointMembership());
  }

  private static Membership membershipIn(String resource) {
    ByteBuffer entry = ByteBuffer.wrap(GoldenBytes.read(resource));
    Membership membership = Extent.of(EntryLayout.header(entry), entry).membership();
    assertThat(membership).as(WHEN_CHANGED).isNotNull();
    return membership;
  }

  private static String file(EntryKind kind) {
    return "entry/" + kind.name().toLowerCase(Locale.ROOT);
  }
}
