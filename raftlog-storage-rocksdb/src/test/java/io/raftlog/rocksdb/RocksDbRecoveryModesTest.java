package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteOptions;

/**
 * What RocksDB by itself does to a damaged write-ahead log, as {@link WalCheck} has it in its
 * table. When a new version behaves otherwise, that table, and perhaps the check, must follow.
 */
class RocksDbRecoveryModesTest {
  private static final int BATCHES = 10;
  private static final String REFUSED = "refused";

  @TempDir static Path shared;
  @TempDir Path temp;

  private static byte[] wal;
  private static final List<Integer> ENDS = new ArrayList<>(List.of(0));

  @BeforeAll
  static void write() throws IOException, RocksDBException {
    RocksDB.loadLibrary();
    Path live = Files.createDirectories(shared.resolve("live/rocksdb"));
    try (DBOptions options = new DBOptions().setCreateIfMissing(true);
        ColumnFamilyOptions family = new ColumnFamilyOptions();
        RocksDB rocks = open(live, options, family);
        WriteOptions synced = new WriteOptions().setSync(true)) {
      for (byte i = 0; i < BATCHES; i++) {
        rocks.put(synced, new byte[] {i}, new byte[100]);
        wal = CrashImage.of(live.getParent(), shared.resolve("image")).lastWalBytes();
        ENDS.add(wal.length);
      }
    }
    ENDS.remove(0);
  }

  private static RocksDB open(Path directory, DBOptions options, ColumnFamilyOptions family)
      throws RocksDBException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    return RocksDB.open(
        options,
        directory.toString(),
        List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, family)),
        handles);
  }

  /** How many batches RocksDB finds, or that it refuses, in modes T, A and P. */
  private List<String> outcomes(byte[] damaged) throws IOException {
    List<String> outcomes = new ArrayList<>();
    for (WALRecoveryMode mode :
        List.of(
            WALRecoveryMode.TolerateCorruptedTailRecords,
            WALRecoveryMode.AbsoluteConsistency,
            WALRecoveryMode.PointInTimeRecovery)) {
      CrashImage image = CrashImage.of(shared.resolve("image"), temp.resolve("damaged"));
      image.writeLastWal(damaged);
      try (DBOptions options = new DBOptions().setWalRecoveryMode(mode);
          ColumnFamilyOptions family = new ColumnFamilyOptions();
          RocksDB rocks = open(image.rocks(), options, family)) {
        outcomes.add("" + rocks.getLatestSequenceNumber());
      } catch (RocksDBException e) {
        outcomes.add(REFUSED);
      }
    }
    return outcomes;
  }

  private static byte[] flipped(int position) {
    byte[] damaged = wal.clone();
    damaged[position] ^= 4;
    return damaged;
  }

  private static byte[] zeroed(int from, int to) {
    byte[] damaged = wal.clone();
    Arrays.fill(damaged, from, to, (byte) 0);
    return damaged;
  }

  private static int end(int batch) {
    return ENDS.get(batch - 1);
  }

  @Test
  void shouldDropOrRefuseATornLastBatch() throws IOException {
    assertThat(outcomes(wal)).containsExactly("10", "10", "10");
    assertThat(outcomes(Arrays.copyOf(wal, end(9)))).containsExactly("9", "9", "9");
    assertThat(outcomes(Arrays.copyOf(wal, end(9) + 1))).containsExactly("9", REFUSED, "9");
    assertThat(outcomes(Arrays.copyOf(wal, end(10) - 1))).containsExactly("9", REFUSED, "9");
  }

  @Test
  void shouldRefuseAFlippedBitInTheMiddleExceptByDefault() throws IOException {
    assertThat(outcomes(flipped(end(4) + 20))).containsExactly(REFUSED, REFUSED, "4");
  }

  @Test
  void shouldDropALastBatchWhoseLengthIsDamaged() throws IOException {
    assertThat(outcomes(flipped(end(9) + 20))).containsExactly(REFUSED, REFUSED, "9");
    assertThat(outcomes(flipped(end(9) + 5))).containsExactly("9", REFUSED, "9");
  }

  @Test
  void shouldDropZeroedBatchesInEveryMode() throws IOException {
    assertThat(outcomes(zeroed(end(9), end(10)))).containsExactly("9", "9", "9");
    assertThat(outcomes(zeroed(end(4), end(6)))).containsExactly("4", "4", "4");
  }

  @Test
  void shouldAcceptZerosAtTheEnd() throws IOException {
    assertThat(outcomes(Arrays.copyOf(wal, wal.length + 6))).containsExactly("10", REFUSED, "10");
    assertThat(outcomes(Arrays.copyOf(wal, wal.length + 70_000))).containsExactly("10", "10", "10");
  }

  @Test
  void shouldAcceptAnEmptyLog() throws IOException {
    assertThat(outcomes(new byte[0])).containsExactly("0", "0", "0");
  }
}
