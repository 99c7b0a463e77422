package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests of several blocks, each full of records of the same length. */
class ManifestCheckTest {
  private static final byte FULL = 1;
  private static final int RECORD_BYTES = 1024;
  private static final int BLOCKS = 3;

  /** Where the last block begins. */
  private static final int LAST_BLOCK = (BLOCKS - 1) * RecordFile.BLOCK_BYTES;

  @TempDir Path rocks;

  @BeforeEach
  void writeCurrent() throws IOException {
    Files.writeString(rocks.resolve("CURRENT"), "MANIFEST-000001\n");
  }

  /** The last block has only four records. */
  private static byte[] manifest() {
    ByteBuffer bytes = ByteBuffer.allocate(LAST_BLOCK + 4 * RECORD_BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      byte[] typeAndPayload = new byte[RECORD_BYTES - RecordFile.HEADER_BYTES + 1];
      Arrays.fill(typeAndPayload, (byte) 7);
      typeAndPayload[0] = FULL;
      CRC32C crc = new CRC32C();
      crc.update(typeAndPayload);
      bytes.putInt(Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8);
      bytes.putShort((short) (typeAndPayload.length - 1)).put(typeAndPayload);
    }
    return bytes.array();
  }

  private void check(byte[] manifest) throws IOException {
    Files.write(rocks.resolve("MANIFEST-000001"), manifest);
    ManifestCheck.run(rocks);
  }

  private void checkWithZeros(int from, int to) throws IOException {
    byte[] manifest = manifest();
    Arrays.fill(manifest, from, to, (byte) 0);
    check(manifest);
  }

  private void assertRefusedWithZeros(int from, int to) {
    assertThatThrownBy(() -> checkWithZeros(from, to))
        .isInstanceOfSatisfying(
            NodeStartException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPTED));
  }

  @Test
  void shouldAcceptAnIntactManifest() {
    assertThatCode(() -> check(manifest())).doesNotThrowAnyException();
  }

  @Test
  void shouldLeaveZerosInTheLastBlockToRocksDb() {
    for (int record = 0; record < 4; record++) {
      int from = LAST_BLOCK + record * RECORD_BYTES;
      for (int length : new int[] {RecordFile.HEADER_BYTES, 500, RECORD_BYTES, 2 * RECORD_BYTES}) {
        int to = Math.min(from + length, LAST_BLOCK + 4 * RECORD_BYTES);
        assertThatCode(() -> checkWithZeros(from, to))
            .as("%s to %s", from, to)
            .doesNotThrowAnyException();
      }
    }
  }

  @Test
  void shouldRefuseZerosInTheLastBlockThatAreNoWholeHeader() {
    assertRefusedWithZeros(LAST_BLOCK, LAST_BLOCK + RecordFile.HEADER_BYTES - 1);
    assertRefusedWithZeros(LAST_BLOCK + 1, LAST_BLOCK + RECORD_BYTES);
    assertRefusedWithZeros(LAST_BLOCK + 100, LAST_BLOCK + RECORD_BYTES);
  }

  /** RocksDB would go on with the next block, and leave out what was between. */
  @Test
  void shouldRefuseZerosInABlockThatIsNotTheLast() {
    assertRefusedWithZeros(0, RECORD_BYTES);
    assertRefusedWithZeros(RecordFile.BLOCK_BYTES, RecordFile.BLOCK_BYTES + RECORD_BYTES);
    assertRefusedWithZeros(LAST_BLOCK - RECORD_BYTES, LAST_BLOCK);
    assertRefusedWithZeros(LAST_BLOCK - RECORD_BYTES, LAST_BLOCK + RECORD_BYTES);
  }

  @Test
  void shouldLeaveAManifestThatEndsInZerosToRocksDb() {
    assertThatCode(() -> checkWithZeros(LAST_BLOCK - RECORD_BYTES, manifest().length))
        .doesNotThrowAnyException();
  }
}
