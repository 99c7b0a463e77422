package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every damage to a write-ahead log at every byte, judged without opening RocksDB. */
class WalCheckTest {
  /** The batches: some small ones, one over several blocks, and small ones again. */
  private static final int[] ENTRY_BYTES = {20, 40, 1, 70_000, 20, 60};

  @TempDir static Path shared;
  private static byte[] wal;

  /** Where each batch ends in the file, and which sequence number it ends with. */
  private static final List<Integer> ENDS = new ArrayList<>();

  private static final List<Long> SEQUENCES = new ArrayList<>();

  @TempDir Path directory;
  private Path file;

  @BeforeAll
  static void write() throws IOException {
    Path live = shared.resolve("live");
    try (RocksDbStorage node = RocksDbStorage.at(live)) {
      node.open("c", CrashImage.NODE);
      TestLog log = new TestLog(node, "orders");
      for (int i = 0; i < ENTRY_BYTES.length; i++) {
        log.appendAndWait(List.of(TestLog.entry(i + 1, 1, new byte[ENTRY_BYTES[i]])));
        CrashImage image = CrashImage.of(live, shared.resolve("image"));
        wal = image.lastWalBytes();
        ENDS.add(wal.length);
        try (DurableMark mark = DurableMark.open(image.directory.resolve("durable"))) {
          SEQUENCES.add(mark.sequence());
        }
      }
    }
  }

  @AfterAll
  static void forget() {
    ENDS.clear();
    SEQUENCES.clear();
  }

  @BeforeEach
  void file() {
    file = directory.resolve("000007.log");
  }

  private long check(byte[] bytes, long durable) throws IOException {
    Files.write(file, bytes);
    return WalCheck.run("n1", directory, durable);
  }

  private void assertRefused(byte[] bytes, long durable) throws IOException {
    assertCorrupted(() -> check(bytes, durable));
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  private static void assertCorrupted(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            NodeStartException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPTED));
  }

  private static int end(int batch) {
    return ENDS.get(batch);
  }

  private static int lastBatch() {
    return ENDS.size() - 1;
  }

  @Test
  void shouldAcceptAnIntactLog() throws IOException {
    assertThat(check(wal, SEQUENCES.get(lastBatch()))).isEqualTo(SEQUENCES.get(lastBatch()));
    assertThat(Files.readAllBytes(file)).isEqualTo(wal);
  }

  @Test
  void shouldCutOffATornLastBatchAtEveryByte() throws IOException {
    long durable = SEQUENCES.get(lastBatch() - 1);
    for (int length = end(lastBatch() - 1); length < end(lastBatch()); length++) {
      assertThat(check(Arrays.copyOf(wal, length), durable)).isEqualTo(durable);
      assertThat(Files.size(file)).isEqualTo(end(lastBatch() - 1));
    }
  }

  @Test
  void shouldCutOffATornBatchOfSeveralBlocks() throws IOException {
    long durable = SEQUENCES.get(2);
    for (int length = end(2); length < end(3); length += 499) {
      assertThat(check(Arrays.copyOf(wal, length), durable)).isEqualTo(durable);
      assertThat(Files.size(file)).isEqualTo(end(2));
    }
  }

  @Test
  void shouldRefuseATornLastBatchThatWasDurable() throws IOException {
    for (int length = end(lastBatch() - 1); length < end(lastBatch()); length++) {
      assertRefused(Arrays.copyOf(wal, length), SEQUENCES.get(lastBatch()));
    }
  }

  @Test
  void shouldRefuseAFlippedBitBeforeTheLastBatchWhateverTheMarkSays() throws IOException {
    for (int position = 0; position < end(2); position++) {
      byte[] damaged = wal.clone();
      damaged[position] ^= 4;
      assertRefused(damaged, 0);
    }
    for (int position = end(2); position < end(3); position += 997) {
      byte[] damaged = wal.clone();
      damaged[position] ^= 4;
      assertRefused(damaged, 0);
    }
  }

  @Test
  void shouldRefuseAFlippedBitInTheLastBatchWhenItWasDurable() throws IOException {
    for (int position = end(lastBatch() - 1); position < end(lastBatch()); position++) {
      byte[] damaged = wal.clone();
      damaged[position] ^= 4;
      assertRefused(damaged, SEQUENCES.get(lastBatch()));
    }
  }

  @Test
  void shouldCutOffADamagedLastBatchThatWasNotDurable() throws IOException {
    long durable = SEQUENCES.get(lastBatch() - 1);
    for (int position = end(lastBatch() - 1); position < end(lastBatch()); position++) {
      byte[] damaged = wal.clone();
      damaged[position] ^= 4;
      assertThat(check(damaged, durable)).isEqualTo(durable);
      assertThat(Files.size(file)).isEqualTo(end(lastBatch() - 1));
    }
  }

  @Test
  void shouldRefuseZerosBeforeTheLastBatch() throws IOException {
    for (int batch = 1; batch < lastBatch(); batch++) {
      byte[] damaged = wal.clone();
      Arrays.fill(damaged, end(batch - 1), end(batch), (byte) 0);
      assertRefused(damaged, 0);
    }
  }

  @Test
  void shouldCutOffALastBatchWhoseFirstPagesWereNotWritten() throws IOException {
    byte[] torn = Arrays.copyOf(wal, end(3));
    Arrays.fill(torn, end(2), 2 * RecordFile.BLOCK_BYTES, (byte) 0);

    assertThat(check(torn, SEQUENCES.get(2))).isEqualTo(SEQUENCES.get(2));
    assertRefused(torn, SEQUENCES.get(3));
  }

  @Test
  void shouldCutOffZerosAtTheEnd() throws IOException {
    for (int zeros : new int[] {1, 6, 7, 100, RecordFile.BLOCK_BYTES, 3 * RecordFile.BLOCK_BYTES}) {
      long durable = SEQUENCES.get(lastBatch());
      assertThat(check(Arrays.copyOf(wal, wal.length + zeros), durable)).isEqualTo(durable);
      assertThat(Files.readAllBytes(file)).isEqualTo(wal);
    }
  }

  @Test
  void shouldRefuseALogCutOffBetweenBatches() throws IOException {
    for (int batch = 0; batch < lastBatch(); batch++) {
      assertRefused(Arrays.copyOf(wal, end(batch)), SEQUENCES.get(lastBatch()));
    }
  }

  @Test
  void shouldRefuseDamageInAFileThatIsNotTheLast() throws IOException {
    Files.write(directory.resolve("000010.log"), new byte[0]);

    assertRefused(Arrays.copyOf(wal, wal.length - 1), 0);
    assertRefused(Arrays.copyOf(wal, wal.length + 10), 0);
  }

  @Test
  void shouldRefuseAFileThatDoesNotContinueTheOneBefore() throws IOException {
    Files.write(directory.resolve("000010.log"), wal);

    assertRefused(wal, 0);
  }

  @Test
  void shouldRefuseAMissingLog() {
    assertCorrupted(() -> WalCheck.run("n1", directory, 0));
  }

  @Test
  void shouldAcceptAnEmptyLog() throws IOException {
    assertThat(check(new byte[0], SEQUENCES.get(0))).isZero();
  }
}
