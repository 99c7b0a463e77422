package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Golden bytes: what these say is on the disks of others, and must not change within a version. */
class LayoutTest {
  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static String hex(ByteBuffer bytes) {
    byte[] array = new byte[bytes.remaining()];
    bytes.duplicate().get(array);
    return hex(array);
  }

  @Test
  void shouldKeepTheKeys() {
    assertThat(Layout.VERSION).isEqualTo(1);
    assertThat(hex(Layout.key(0x01020304, 0x05060708090a0b0cL)))
        .isEqualTo("0102030405060708090a0b0c");
    assertThat(hex(Layout.metadataKey(0, Layout.KIND_VERSION))).isEqualTo("0000000001");
    assertThat(hex(Layout.metadataKey(0, Layout.KIND_INCARNATION))).isEqualTo("0000000002");
    assertThat(hex(Layout.metadataKey(0, Layout.KIND_OPENED))).isEqualTo("0000000003");
    assertThat(hex(Layout.metadataKey(0, Layout.KIND_APPLIED))).isEqualTo("0000000004");
    assertThat(hex(Layout.logKey("a.b"))).isEqualTo("0000000005612e62");
    assertThat(hex(Layout.metadataKey(7, Layout.KIND_HARD_STATE))).isEqualTo("0000000706");
    assertThat(hex(Layout.metadataKey(7, Layout.KIND_CHECKPOINT))).isEqualTo("0000000707");
    assertThat(hex(Layout.metadataKey(7, Layout.KIND_FIRST_INDEX))).isEqualTo("0000000708");
    assertThat(hex(Layout.termStartKey(7, 258))).isEqualTo("00000007090000000000000102");
  }

  @Test
  void shouldKeepTheValues() {
    assertThat(hex(Layout.u32(-2))).isEqualTo("fffffffe");
    assertThat(hex(Layout.u64(258))).isEqualTo("0000000000000102");
    assertThat(Layout.u32(Layout.u32(-2))).isEqualTo(-2);
    assertThat(Layout.u64(Layout.u64(-2))).isEqualTo(-2);
    assertThat(Layout.logNumberOf(Layout.key(9, 10))).isEqualTo(9);
    assertThat(Layout.numberOf(Layout.key(9, 10))).isEqualTo(10);
    assertThat(Layout.indexOfTermStart(Layout.termStartKey(7, 258))).isEqualTo(258);
  }

  @Test
  void shouldKeepTheIdentityFile() throws Exception {
    Identity identity =
        new Identity("c", "n1", new UUID(1, 2), new FileWitness(3, 4), new FileWitness(5, 6));

    String golden =
        "524146544c4f473100000001"
            + "00000000000000010000000000000002"
            + "0000000000000003"
            + "0000000000000004"
            + "0000000000000005"
            + "0000000000000006"
            + "000163"
            + "00026e31";

    assertThat(hex(identity.encode())).startsWith(golden).hasSize(golden.length() + 8);
    assertThat(Identity.decode(HexFormat.of().parseHex(hex(identity.encode()))))
        .isEqualTo(identity);
  }

  @Test
  void shouldKeepTheDurableMark(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("durable");
    DurableMark.format(file);
    try (DurableMark mark = DurableMark.open(file)) {
      mark.advanceTo(258);
      mark.advanceTo(259);
    }

    byte[] bytes = Files.readAllBytes(file);

    assertThat(hex(bytes))
        .startsWith("524146544d41524b" + "0000000000000004" + "0000000000000103")
        .hasSize(2 * (4096 + 28));
    assertThat(hex(bytes).substring(2 * 4096))
        .startsWith("524146544d41524b" + "0000000000000003" + "0000000000000102");
  }

  @Test
  void shouldUseTheOtherSlotWhenOneIsTorn(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("durable");
    DurableMark.format(file);
    try (DurableMark mark = DurableMark.open(file)) {
      mark.advanceTo(10);
      mark.advanceTo(11);
      assertThat(mark.record()).isEqualTo(11);
    }
    CrashImage.flip(file, 9);
    try (DurableMark mark = DurableMark.open(file)) {
      assertThat(mark.record()).isEqualTo(10);
      mark.advanceTo(12);
    }
    try (DurableMark mark = DurableMark.open(file)) {
      assertThat(mark.record()).isEqualTo(12);
    }
  }

  @Test
  void shouldKeepTheWriteAheadLog(@TempDir Path directory) throws Exception {
    WalDirectory.format(directory, new UUID(1, 2));
    WalRecord record = new WalRecord();
    record.add(
        WalRecord.PUT,
        (byte) 2,
        ByteBuffer.wrap(new byte[] {5}),
        ByteBuffer.wrap(new byte[] {6, 7}));
    record.add(WalRecord.DELETE, (byte) 0, ByteBuffer.wrap(new byte[] {8}), ByteBuffer.allocate(0));
    record.add(
        WalRecord.DELETE_RANGE,
        (byte) 1,
        ByteBuffer.wrap(new byte[] {9}),
        ByteBuffer.wrap(new byte[] {10}));
    try (WriteAheadLog log =
        WalRecovery.run("n1", directory, new UUID(1, 2), 1 << 20, 0, 0, (number, payload) -> {})) {
      log.append(record);
      log.append(record);
    }

    byte[] bytes = Files.readAllBytes(directory.resolve("000001.wal"));
    String payload =
        "0102000100000002"
            + "05"
            + "0607"
            + "0200000100000000"
            + "08"
            + "0301000100000001"
            + "090a";

    assertThat(bytes).hasSize(1 << 20);
    assertThat(hex(Arrays.copyOf(bytes, 44)))
        .isEqualTo(
            "5241465457414c31"
                + "0000000000000001"
                + "0000000000000002"
                + "0000000000000001"
                + "0000000000000001"
                + "673c3d14");
    assertThat(hex(Arrays.copyOfRange(bytes, 4096, 4096 + 112)))
        .isEqualTo(
            "0000000000000001"
                + "0000001e"
                + "8cbbe14d"
                + "52793f7e"
                + "00000000"
                + payload
                + "0000"
                + "0000000000000002"
                + "0000001e"
                + "8cbbe14d"
                + "8ef4f3f3"
                + "00000000"
                + payload
                + "0000");
  }
}
