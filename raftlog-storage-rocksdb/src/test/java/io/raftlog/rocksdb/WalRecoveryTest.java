package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** Every damage to a write-ahead log at every byte, judged without RocksDB. */
class WalRecoveryTest {
  private static final UUID INCARNATION = new UUID(1, 2);

  /** The records: some small ones, one over several pages, and small ones again. */
  private static final int[] VALUE_BYTES = {20, 40, 1, 9_000, 20, 60};

  private static final int LAST = VALUE_BYTES.length;

  /** Small, so that a file is full after a few records. */
  private static final int FILE_BYTES = 64 << 10;

  @TempDir Path temp;
  private Path directory;

  /** What was replayed: the values by the records' numbers. */
  private final Map<Long, byte[]> replayed = new TreeMap<>();

  /** Where each record begins, and where the next one would. */
  private final List<Integer> places = new ArrayList<>();

  /** The only file, intact. */
  private byte[] whole;

  @BeforeEach
  void write() throws Exception {
    directory = temp.resolve("wal");
    WalDirectory.format(directory, INCARNATION);
    try (WriteAheadLog log = open(0, 0)) {
      long position = WalFile.FIRST_RECORD;
      for (int i = 1; i <= LAST; i++) {
        places.add((int) position);
        WalRecord record = record(value(i));
        position = WalFile.end(position, record.length());
        assertThat(log.append(record)).isEqualTo(i);
      }
      places.add((int) position);
    }
    whole = Files.readAllBytes(file(1));
  }

  private static byte[] value(int record) {
    byte[] value = new byte[VALUE_BYTES[record - 1]];
    new Random(record).nextBytes(value);
    return value;
  }

  private static WalRecord record(byte[] value) {
    WalRecord record = new WalRecord();
    record.add(WalRecord.PUT, (byte) 1, ByteBuffer.wrap(new byte[] {7}), ByteBuffer.wrap(value));
    return record;
  }

  private Path file(int name) {
    return directory.resolve("%06d.wal".formatted(name));
  }

  private WriteAheadLog open(long applied, long durable) throws IOException, RocksDBException {
    return open(INCARNATION, applied, durable);
  }

  private WriteAheadLog open(UUID incarnation, long applied, long durable)
      throws IOException, RocksDBException {
    replayed.clear();
    return WalRecovery.run(
        "n1", directory, incarnation, FILE_BYTES, applied, durable, this::accept);
  }

  private void accept(long number, ByteBuffer payload) throws RocksDBException {
    WalRecord.decode(
        payload,
        new WalRecord.Operations() {
          @Override
          public void put(byte family, ByteBuffer key, ByteBuffer value) {
            assertThat(family).isEqualTo((byte) 1);
            assertThat(key).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
            byte[] copy = new byte[value.remaining()];
            value.get(copy);
            replayed.put(number, copy);
          }

          @Override
          public void delete(byte family, ByteBuffer key) {
            throw new AssertionError("nothing was deleted");
          }

          @Override
          public void deleteRange(byte family, ByteBuffer from, ByteBuffer to) {
            throw new AssertionError("nothing was deleted");
          }
        });
  }

  private void assertRefused(long applied, long durable) throws IOException {
    Map<Path, byte[]> before = contents();
    assertCorrupted(() -> open(applied, durable).close());
    Map<Path, byte[]> after = contents();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.forEach((file, bytes) -> assertThat(bytes).isEqualTo(before.get(file)));
  }

  private Map<Path, byte[]> contents() throws IOException {
    Map<Path, byte[]> contents = new TreeMap<>();
    for (Path file : new WalDirectory(directory).files()) {
      contents.put(file, Files.readAllBytes(file));
    }
    return contents;
  }

  private static void assertCorrupted(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            NodeStartException.class,
            e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.CORRUPTED));
  }

  private void assertEndsAt(int lastRecord, long durable) throws Exception {
    try (WriteAheadLog log = open(0, durable)) {
      assertThat(log.lastRecord()).isEqualTo(lastRecord);
    }
    assertThat(replayed).hasSize(lastRecord);
    replayed.forEach((number, value) -> assertThat(value).isEqualTo(value(number.intValue())));
  }

  private int place(int record) {
    return places.get(record - 1);
  }

  @Test
  void shouldReplayAnIntactLog() throws Exception {
    assertEndsAt(LAST, LAST);
    assertThat(Files.readAllBytes(file(1))).isEqualTo(whole);
  }

  @Test
  void shouldReplayOnlyWhatTheTablesLack() throws Exception {
    open(LAST - 2, 0).close();
    assertThat(replayed).containsOnlyKeys((long) LAST - 1, (long) LAST);
    open(LAST, 0).close();
    assertThat(replayed).isEmpty();
  }

  @Test
  void shouldDropATornLastRecordWhereverItIsTorn() throws Exception {
    for (int length = place(LAST); length < place(LAST + 1); length++) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, length, torn.length, (byte) 0);
      boolean complete = Arrays.equals(torn, whole);
      Files.write(file(1), torn);

      assertEndsAt(complete ? LAST : LAST - 1, LAST - 1);
      if (!complete) {
        assertRefused(0, LAST);
      }
    }
  }

  @Test
  void shouldDropALastRecordOfWhichPagesAreMissing() throws Exception {
    int big = 4;
    byte[] torn = whole.clone();
    Arrays.fill(torn, place(big + 1), torn.length, (byte) 0);
    for (int page = place(big) / 4096; page <= place(big + 1) / 4096; page++) {
      byte[] missing = torn.clone();
      int from = Math.max(page * 4096, place(big));
      Arrays.fill(missing, from, Math.min((page + 1) * 4096, place(big + 1)), (byte) 0);
      Files.write(file(1), missing);

      assertEndsAt(big - 1, big - 1);
      assertRefused(0, big);
    }
  }

  @Test
  void shouldRefuseAFlippedBitBeforeTheLastRecordWhateverTheMarkSays() throws Exception {
    for (int position = place(1); position < place(LAST); position++) {
      if (isCovered(position)) {
        CrashImage.flip(file(1), position);
        assertCorrupted(() -> open(0, 0).close());
        CrashImage.flip(file(1), position);
      }
    }
  }

  @Test
  void shouldRefuseAFlippedBitInTheLastRecordOnlyWhenItWasDurable() throws Exception {
    for (int position = place(LAST); position < place(LAST + 1); position++) {
      if (isCovered(position)) {
        CrashImage.flip(file(1), position);
        assertRefused(0, LAST);
        assertEndsAt(LAST - 1, LAST - 1);
        CrashImage.flip(file(1), position);
      }
    }
  }

  /** Whether a checksum covers it: not the last bytes of a header, nor those between records. */
  private boolean isCovered(int position) {
    int i = 1;
    while (place(i + 1) <= position) {
      i++;
    }
    int inRecord = position - place(i);
    if (inRecord > 200 && inRecord % 101 != 0) {
      return false; // of a long payload some bytes must do
    }
    int end = WalFile.RECORD_HEADER_BYTES + record(value(i)).length();
    return inRecord < 20 || (inRecord >= WalFile.RECORD_HEADER_BYTES && inRecord < end);
  }

  @Test
  void shouldRefuseAFlippedBitInTheFilesHeader() throws Exception {
    for (int position = 0; position < WalHeader.BYTES; position++) {
      CrashImage.flip(file(1), position);
      assertRefused(0, 0);
      CrashImage.flip(file(1), position);
    }
  }

  @Test
  void shouldRefuseAFileThatIsCutOffWhenWhatItHadWasDurable() throws Exception {
    for (int length : new int[] {0, 1, 43, 4096, place(2), place(4) + 100, place(LAST + 1) - 8}) {
      Files.write(file(1), Arrays.copyOf(whole, length));
      assertRefused(0, LAST);
    }
    Files.delete(file(1));
    assertRefused(0, 0);
  }

  @Test
  void shouldRefuseALogThatIsOlderThanTheTables() throws Exception {
    open(LAST, 0).close();
    assertRefused(LAST + 1, 0);
  }

  @Test
  void shouldRefuseTheLogOfAnotherDirectory() {
    assertCorrupted(() -> open(new UUID(1, 3), 0, 0).close());
  }

  @Test
  void shouldRefuseALogWithoutFiles() throws Exception {
    Files.delete(file(1));
    assertRefused(0, 0);
    Files.delete(directory);
    assertRefused(0, 0);
  }

  /** See {@link WalFile#rewrite}; that it reaches the disk cannot be seen from here. */
  @Test
  void shouldWriteTheLastRecordAgainBeforeItIsReliedOn() throws Exception {
    FileTime longAgo = FileTime.fromMillis(1000);
    Files.setLastModifiedTime(file(1), longAgo);

    open(LAST, LAST).close();

    assertThat(Files.getLastModifiedTime(file(1))).isGreaterThan(longAgo);
    assertThat(Files.readAllBytes(file(1))).isEqualTo(whole);
  }

  @Test
  void shouldGoOnOverATornRecord() throws Exception {
    byte[] torn = whole.clone();
    torn[place(LAST) + WalFile.RECORD_HEADER_BYTES] ^= 1;
    Files.write(file(1), torn);

    try (WriteAheadLog log = open(0, 0)) {
      assertThat(log.append(record(new byte[] {1}))).isEqualTo(LAST);
      assertThat(log.append(record(new byte[] {2}))).isEqualTo(LAST + 1);
    }

    open(0, LAST + 1).close();
    assertThat(replayed).hasSize(LAST + 1);
    assertThat(replayed.get((long) LAST)).containsExactly(1);
    assertThat(replayed.get((long) LAST + 1)).containsExactly(2);
  }

  /** Fills files with records of 10,000 bytes, up to a record, all of them persisted but three. */
  private void fill(int upTo) throws Exception {
    try (WriteAheadLog log = open(0, 0)) {
      for (int i = LAST + 1; i <= upTo; i++) {
        if (log.isFull()) {
          log.beginFile(i - 4);
        }
        log.append(record(new byte[10_000]));
      }
    }
  }

  @Test
  void shouldUseFilesAgainAndNeverTakeWhatTheyHadForRecords() throws Exception {
    for (int upTo = 10; upTo <= 60; upTo++) {
      DurableFiles.deleteRecursively(directory);
      places.clear();
      write();
      fill(upTo);

      assertThat(new WalDirectory(directory).files()).hasSizeLessThanOrEqualTo(3);
      try (WriteAheadLog log = open(upTo - 3, 0)) {
        assertThat(log.lastRecord()).isEqualTo(upTo);
      }
      assertThat(replayed).containsOnlyKeys(upTo - 2L, upTo - 1L, (long) upTo);
    }
  }

  @Test
  void shouldRefuseWhenAFileIsMissingOrDamaged() throws Exception {
    try (WriteAheadLog log = open(0, 0)) {
      for (int i = LAST + 1; i <= 30; i++) {
        if (log.isFull()) {
          log.beginFile(0);
        }
        log.append(record(new byte[10_000]));
      }
    }
    List<Path> files = new WalDirectory(directory).files();
    assertThat(files).hasSizeGreaterThan(3);
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      assertRefused(0, 30);
      Files.write(file, bytes);
      CrashImage.flip(file, WalFile.FIRST_RECORD + 5000);
      assertRefused(0, 30);
      Files.write(file, bytes);
    }
  }

  @Test
  void shouldAcceptAFileThatWasBegunAndHasNoRecord() throws Exception {
    try (WriteAheadLog log = open(0, 0)) {
      log.beginFile(0);
    }
    assertThat(Files.exists(file(2))).isTrue();

    assertEndsAt(LAST, LAST);
    try (WriteAheadLog log = open(0, LAST)) {
      log.append(record(new byte[] {1}));
    }
    open(0, LAST + 1).close();
    assertThat(replayed).hasSize(LAST + 1);
  }

  @Test
  void shouldForgetAFileThatWasNotFinished() throws Exception {
    Files.write(directory.resolve("000002.wal.new"), new byte[100]);

    try (WriteAheadLog log = open(0, LAST)) {
      log.beginFile(0);
    }

    assertThat(directory.resolve("000002.wal.new")).doesNotExist();
    assertEndsAt(LAST, LAST);
  }

  @Test
  void shouldHoldARecordThatIsLongerThanAFile() throws Exception {
    byte[] value = new byte[5 << 20];
    new Random(1).nextBytes(value);
    try (WriteAheadLog log = open(0, 0)) {
      log.append(record(value));
      assertThat(log.isFull()).isTrue();
      log.beginFile(0);
      log.append(record(value));
    }

    open(LAST, LAST + 2).close();
    assertThat(replayed).hasSize(2).allSatisfy((n, bytes) -> assertThat(bytes).isEqualTo(value));
  }

  @Test
  void shouldNotTakeARecordInAPayloadForOne() throws Exception {
    // given the bytes of a record with a higher number, as they were in this very file
    int position = place(LAST + 1);
    int length;
    try (WriteAheadLog log = open(0, 0)) {
      WalRecord later = record(new byte[8]);
      length = WalFile.RECORD_HEADER_BYTES + later.length();
      log.append(record(new byte[1000]));
      position = (int) WalFile.end(position, record(new byte[1000]).length());
      log.append(later);
    }
    byte[] bytes = Files.readAllBytes(file(1));
    byte[] copy = Arrays.copyOfRange(bytes, position, position + length);
    Files.write(file(1), whole);

    // when a payload has them at every alignment, and is torn
    assertThat(length % 2).as("so that the copies' places differ").isOne();
    ByteBuffer copies = ByteBuffer.allocate(8 * length);
    for (int shift = 0; shift < 8; shift++) {
      copies.put(copy);
    }
    try (WriteAheadLog log = open(0, 0)) {
      log.append(record(copies.array()));
    }
    CrashImage.flip(file(1), place(LAST + 1) + WalFile.RECORD_HEADER_BYTES);

    // then they are not taken for a later record
    assertEndsAt(LAST, LAST);
  }

  @Test
  void shouldRefuseToOpenWhenAnotherRecordsHeaderIsBehindTheEnd() throws Exception {
    // given a log whose last two records are written, and the first of them damaged throughout
    byte[] damaged = whole.clone();
    Arrays.fill(damaged, place(LAST - 1), place(LAST), (byte) 0);
    // and the payload of the last one torn
    damaged[place(LAST) + WalFile.RECORD_HEADER_BYTES] ^= 1;
    Files.write(file(1), damaged);

    // then its header alone proves that the one before was durable
    assertRefused(0, 0);
  }

  @Test
  void shouldNotTakeOldBytesForALaterRecordWhenItsNumberIsImpossible() throws Exception {
    // given old bytes behind the end whose checksum is right by chance
    long position = place(LAST + 1) + 4096L;
    long impossible = 0x1234_5678_9ABC_DEF0L;
    int length = 5;
    int payloadCrc = 6;
    byte[] bytes = whole.clone();
    try (WalFile file = WalFile.open(file(1))) {
      ByteBuffer.wrap(bytes, (int) position, WalFile.RECORD_HEADER_BYTES)
          .putLong(impossible)
          .putInt(length)
          .putInt(payloadCrc)
          .putInt(file.seal(position, impossible, length, payloadCrc));
    }
    Files.write(file(1), bytes);

    // then there was no room for so many records between
    assertEndsAt(LAST, LAST);
  }
}
