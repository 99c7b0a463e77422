package io.raftlog.rocksdb;

import static io.raftlog.rocksdb.TestLog.entries;
import static io.raftlog.rocksdb.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.spi.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of a live directory, damaged, and opened by a whole storage. */
class CrashRecoveryTest {
  @TempDir Path temp;

  private Path live() {
    return temp.resolve("live");
  }

  private CrashImage imageOfLive() throws IOException {
    return CrashImage.of(live(), temp.resolve("image"));
  }

  private static void assertRefused(CrashImage image) {
    assertThatThrownBy(image::open)
        .isInstanceOfSatisfying(
            NodeStartException.class,
            e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.CORRUPTED));
  }

  private static RocksDbStorage open(RocksDbStorage node) {
    node.open("c", CrashImage.NODE);
    return node;
  }

  /** A live storage with small files, so that it soon has several. */
  private RocksDbStorage openWithSmallFiles() {
    return open(RocksDbStorage.builder(live()).writeBufferBytes(1 << 20).build());
  }

  private static List<Path> tables(CrashImage image) throws IOException {
    try (Stream<Path> files = Files.list(image.rocks())) {
      return files.filter(file -> file.toString().endsWith(".sst")).sorted().toList();
    }
  }

  @Test
  void shouldDropOnlyTheTornWriteWhereverItIsTorn() throws IOException {
    // given an image before a write was durable, and the bytes that the write adds to the log
    CrashImage before;
    byte[] whole;
    try (RocksDbStorage node = open(RocksDbStorage.at(live()))) {
      TestLog log = new TestLog(node, "orders");
      log.appendAndWait(1, 5, 1);
      before = imageOfLive();
      log.truncateAndWait(3, entries(3, 9, 2));
      whole = CrashImage.of(live(), temp.resolve("after")).lastWalBytes();
    }
    byte[] old = before.lastWalBytes();
    int from = Arrays.mismatch(old, whole);
    int to = lastMismatch(old, whole) + 1;
    for (int length = from;
        length <= to;
        length = length == to ? to + 1 : Math.min(length + 29, to)) {
      CrashImage image = before.copyTo(temp.resolve("torn"));
      byte[] torn = old.clone();
      System.arraycopy(whole, 0, torn, 0, length);
      image.writeLastWal(torn);

      // when
      try (RocksDbStorage node = image.open()) {
        TestLog log = new TestLog(node, "orders");

        // then all of the write is there or nothing
        if (length < to) {
          assertThat(log.stored.lastIndex()).isEqualTo(5);
          assertThat(log.read(5)).containsExactly("entry 5 term 1");
        } else {
          assertThat(log.stored.lastIndex()).isEqualTo(9);
          assertThat(log.read(3)).hasSize(7).startsWith("entry 3 term 2");
        }
        log.appendAndWait(log.stored.lastIndex() + 1, log.stored.lastIndex() + 1, 3);
      }
      try (RocksDbStorage node = image.open()) {
        TestLog log = new TestLog(node, "orders");
        assertThat(log.read(log.stored.lastIndex())).hasSize(1).first().asString().contains("3");
      }
    }
  }

  private static int lastMismatch(byte[] a, byte[] b) {
    int last = a.length - 1;
    while (a[last] == b[last]) {
      last--;
    }
    return last;
  }

  @Test
  void shouldRefuseWhenTheLastDurableWriteIsDamagedOrMissing() throws IOException {
    try (RocksDbStorage node = open(RocksDbStorage.at(live()))) {
      TestLog log = new TestLog(node, "orders");
      log.appendAndWait(1, 5, 1);
      byte[] old = imageOfLive().lastWalBytes();
      log.appendAndWait(6, 6, 1);
      CrashImage image = imageOfLive();
      Path wal = image.lastWal();
      byte[] whole = Files.readAllBytes(wal);
      int from = Arrays.mismatch(old, whole);
      int last = lastMismatch(old, whole);

      for (int position : new int[] {from, from + 4, from + 12, from + 17, last}) {
        byte[] damaged = whole.clone();
        damaged[position] ^= 4;
        Files.write(wal, damaged);
        assertRefused(image);
      }
      for (int length : new int[] {0, 1, from - 1, from, from + 1, last}) {
        Files.write(wal, Arrays.copyOf(whole, length));
        assertRefused(image);
      }
      Files.delete(wal);
      assertRefused(image);
    }
  }

  @Test
  void shouldReplaySeveralFilesAndRefuseWhenOneIsDamagedOrMissing() throws IOException {
    // given a database that has nothing yet, and two files of the log with all there is
    long last = 0;
    CrashImage image;
    try (RocksDbStorage node = openWithSmallFiles()) {
      CrashImage old = CrashImage.of(live(), temp.resolve("old"));
      TestLog log = new TestLog(node, "orders");
      do {
        last++;
        log.appendAndWait(List.of(entry(last, 1, incompressible(last))));
        image = imageOfLive();
      } while (image.wals().size() < 2);
      DurableFiles.deleteRecursively(image.rocks());
      Files.move(old.rocks(), image.rocks());
    }

    for (Path wal : image.wals()) {
      CrashImage.flip(wal, 5000);
      assertRefused(image);
      CrashImage.flip(wal, 5000);
      byte[] bytes = Files.readAllBytes(wal);
      Files.delete(wal);
      assertRefused(image);
      Files.write(wal, bytes);
    }
    assertHolds(image, last);
  }

  @Test
  void shouldHoldEverythingThatWasDurableWhenTheProcessIsKilled() throws Exception {
    long durable = 0;
    for (int kill = 1; kill <= 2; kill++) {
      try (TestProcess appender = new TestProcess(Appender.class, live())) {
        for (int i = 0; i < 100 * kill; i++) {
          durable = Long.parseLong(appender.out.readLine());
        }
      }

      try (RocksDbStorage node = open(RocksDbStorage.at(live()))) {
        TestLog log = new TestLog(node, "orders");
        assertThat(log.stored.lastIndex()).isGreaterThanOrEqualTo(durable);
        assertThat(log.read(1)).hasSize((int) log.stored.lastIndex());
      }
    }
  }

  @Test
  void shouldRefuseAWriteAheadLogThatIsOlderThanTheMark() throws IOException {
    try (RocksDbStorage node = open(RocksDbStorage.at(live()))) {
      TestLog log = new TestLog(node, "orders");
      log.appendAndWait(1, 5, 1);
      final CrashImage old = CrashImage.of(live(), temp.resolve("old"));
      log.appendAndWait(6, 7, 1);
      CrashImage image = imageOfLive();

      for (String folder : List.of("wal", "rocksdb")) {
        DurableFiles.deleteRecursively(image.directory.resolve(folder));
        Files.move(old.directory.resolve(folder), image.directory.resolve(folder));
        assertRefused(image);
      }
    }
  }

  @Test
  void shouldRefuseADatabaseThatIsOlderThanTheWriteAheadLog() throws IOException {
    try (RocksDbStorage node = openWithSmallFiles()) {
      TestLog log = new TestLog(node, "orders");
      log.appendAndWait(1, 5, 1);
      final CrashImage old = CrashImage.of(live(), temp.resolve("old"));
      Path first = old.lastWal().getFileName();
      CrashImage image = imageOfLive();
      long index = 6;
      do {
        log.appendAndWait(List.of(entry(index++, 1, new byte[300_000])));
        image = imageOfLive();
      } while (image.wals().get(0).getFileName().equals(first));

      DurableFiles.deleteRecursively(image.rocks());
      Files.move(old.rocks(), image.rocks());

      assertRefused(image);
    }
  }

  @Test
  void shouldRefuseADatabaseOfAnotherDirectory() throws IOException {
    Path other = temp.resolve("other");
    for (Path directory : List.of(live(), other)) {
      open(RocksDbStorage.at(directory)).close();
    }
    DurableFiles.deleteRecursively(live().resolve("rocksdb"));
    Files.move(other.resolve("rocksdb"), live().resolve("rocksdb"));

    assertRefused(imageOfLive());
  }

  @Test
  void shouldRefuseWhenTheMarkIsMissingOrDamaged() throws IOException {
    open(RocksDbStorage.at(live())).close();
    CrashImage image = imageOfLive();
    Path mark = image.directory.resolve("durable");

    CrashImage.flip(mark, 20);
    image.open().close();
    CrashImage.flip(mark, 20);
    CrashImage.flip(mark, 4096 + 20);
    assertRefused(image);
    Files.delete(mark);
    assertRefused(image);
  }

  @Test
  void shouldReadUpToADamagedEntryAndFailThere() throws IOException {
    int count = 300;
    try (RocksDbStorage node = openWithSmallFiles()) {
      final long old = Files.size(CrashImage.manifestOf(live()));
      TestLog log = new TestLog(node, "orders");
      for (int index = 1; index <= count; index++) {
        log.append(List.of(entry(index, 1, incompressible(index))));
        if (index % 20 == 0) {
          log.awaitAll(); // so that it is not all one record, and there are tables
        }
      }
      // then the first of them is finished: closing gives up what is still being written
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> Files.size(CrashImage.manifestOf(live())) > old);
    }
    CrashImage image = imageOfLive();
    Path damaged = firstLarge(tables(image));
    CrashImage.flip(damaged, Files.size(damaged) / 2);

    try (RocksDbStorage node = image.open()) {
      TestLog log = new TestLog(node, "orders");
      int intact = 0;
      while (intact < count) {
        long next = intact + 1L;
        try {
          intact += log.storage.read(next, Integer.MAX_VALUE).size();
        } catch (StorageException e) {
          assertThat(e).hasMessageContaining("log orders from index " + next);
          break;
        }
      }
      assertThat(intact).isPositive().isLessThan(count);
    }
  }

  private static byte[] incompressible(long seed) {
    return incompressibleBytes(seed, 10_000);
  }

  private static byte[] incompressibleBytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** The oldest of those with entries, which the manifest names before all later ones. */
  private static Path firstLarge(List<Path> tables) throws IOException {
    for (Path table : tables) {
      if (Files.size(table) > 500_000) {
        return table;
      }
    }
    throw new AssertionError("no table with entries among " + tables);
  }

  @Test
  void shouldRefuseDamageToTheOnlyWriteInANewFileOfTheLog() throws IOException {
    try (RocksDbStorage node = openWithSmallFiles()) {
      TestLog log = new TestLog(node, "orders");
      Path first = imageOfLive().lastWal().getFileName();
      CrashImage image = imageOfLive();
      for (long index = 1; image.lastWal().getFileName().equals(first); index++) {
        log.appendAndWait(List.of(entry(index, 1, new byte[100_000])));
        image = imageOfLive();
      }
      Path wal = image.lastWal();
      byte[] bytes = Files.readAllBytes(wal);

      for (int position : new int[] {0, 12, 40, 4096, 4104, 4112, 4130, 50_000}) {
        byte[] damaged = bytes.clone();
        damaged[position] ^= 4;
        Files.write(wal, damaged);
        assertRefused(image);
      }
    }
  }

  @Test
  void shouldRefuseAFlippedBitAnywhereInTheManifest() throws IOException {
    open(RocksDbStorage.at(live())).close();
    CrashImage image = imageOfLive();
    Path current = image.rocks().resolve("CURRENT");
    Path manifest = image.manifest();
    byte[] bytes = Files.readAllBytes(manifest);
    int last = lastRecord(manifest);
    for (int position = 0; position < bytes.length; position++) {
      byte[] damaged = bytes.clone();
      damaged[position] ^= 4;
      Files.write(manifest, damaged);
      if (position == last + 4 || position == last + 5) {
        continue; // a damaged length of the last record looks as if it were cut off
      }
      assertThatThrownBy(() -> ManifestCheck.run(image.rocks()))
          .as("byte %s", position)
          .isInstanceOf(NodeStartException.class);
    }
    Files.write(manifest, bytes);
    for (int position = 0; position < Files.size(current); position++) {
      CrashImage.flip(current, position);
      assertThatThrownBy(() -> ManifestCheck.run(image.rocks()))
          .isInstanceOf(NodeStartException.class);
      CrashImage.flip(current, position);
    }
    image.open().close();
  }

  private static int lastRecord(Path manifest) throws IOException {
    List<Integer> records = records(manifest);
    return records.get(records.size() - 1);
  }

  /** Where the records of a manifest of one block begin. */
  private static List<Integer> records(Path manifest) throws IOException {
    try (RecordFile file = new RecordFile(manifest)) {
      file.load(0);
      List<Integer> records = new ArrayList<>();
      for (int next = 0;
          next + RecordFile.HEADER_BYTES <= file.block().limit();
          next += RecordFile.HEADER_BYTES + file.length(next)) {
        records.add(next);
      }
      return records;
    }
  }

  /** A copy in whose manifest the bytes of some records are zeros. */
  private CrashImage withZeros(CrashImage image, int from, int to) throws IOException {
    CrashImage copy = image.copyTo(temp.resolve("zeros"));
    byte[] bytes = Files.readAllBytes(copy.manifest());
    Arrays.fill(bytes, from, to, (byte) 0);
    Files.write(copy.manifest(), bytes);
    return copy;
  }

  private static void assertHolds(CrashImage image, long last) {
    try (RocksDbStorage node = image.open()) {
      TestLog log = new TestLog(node, "orders");
      assertThat(log.stored.lastIndex()).isEqualTo(last);
      assertThat(log.storage.read(1, Integer.MAX_VALUE)).hasSize((int) last);
    }
  }

  /**
   * Writing tables adds a record to the manifest for each family, and syncs them together; a power
   * failure before that may keep a later one and not an earlier one.
   */
  @Test
  void shouldOpenWhenOfTheManifestsLastRecordsOnlyALaterOneWasKept() throws IOException {
    // given tables that were written once, so that the log still has all that is in them
    long last = 0;
    int old;
    CrashImage image;
    try (RocksDbStorage node = openWithSmallFiles()) {
      TestLog log = new TestLog(node, "orders");
      image = imageOfLive();
      old = (int) Files.size(image.manifest());
      do {
        last++;
        log.appendAndWait(List.of(entry(last, 1, incompressible(last))));
      } while (Files.size(CrashImage.manifestOf(live())) == old);
    }
    image = imageOfLive();
    List<Integer> added = records(image.manifest()).stream().filter(at -> at >= old).toList();
    assertThat(added).hasSizeGreaterThan(1);

    for (int i = 0; i + 1 < added.size(); i++) {
      // when
      CrashImage failed = withZeros(image, added.get(i), added.get(i + 1));

      // then
      assertHolds(failed, last);
    }
  }

  @Test
  void shouldNeverLoseDataToZerosInTheManifest() throws IOException {
    // given tables that have what the log has no more
    long last = 0;
    int old;
    CrashImage image;
    try (RocksDbStorage node = openWithSmallFiles()) {
      TestLog log = new TestLog(node, "orders");
      image = imageOfLive();
      old = (int) Files.size(image.manifest());
      Path first = image.lastWal().getFileName();
      do {
        last++;
        log.appendAndWait(List.of(entry(last, 1, incompressibleBytes(last, 100_000))));
        image = imageOfLive();
      } while (image.wals().get(0).getFileName().equals(first));
    }
    image = imageOfLive();
    List<Integer> records = records(image.manifest());
    int end = (int) Files.size(image.manifest());
    List<Integer> held = new ArrayList<>();

    for (int i = 0; i < records.size(); i++) {
      int next = i + 1 < records.size() ? records.get(i + 1) : end;
      for (int to : new int[] {next, end}) {
        // when
        CrashImage damaged = withZeros(image, records.get(i), to);

        // then it has everything or is refused
        try {
          assertHolds(damaged, last);
          held.add(records.get(i));
        } catch (NodeStartException e) {
          assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.CORRUPTED);
        }
      }
    }
    // and is refused when the first tables are not known any more
    assertThat(held).allMatch(at -> at > old);
    assertHolds(image, last);
  }

  @Test
  void shouldRefuseANewerLayout() throws Exception {
    Settings settings =
        new Settings(
            live(), false, 1 << 20, 1 << 20, RocksDbStorage.Builder.DEFAULT_MAX_OPEN_FILES);
    open(RocksDbStorage.at(live())).close();
    Path rocks = live().resolve("rocksdb");
    try (Database database = Database.open(rocks, new DatabaseOptions(settings));
        Batch batch = new Batch()) {
      byte[] version = Layout.metadataKey(Layout.NODE, Layout.KIND_VERSION);
      batch.put(database.metadata(), version, Layout.u32(Layout.VERSION + 1));
      long number = database.appliedRecord() + 1;
      database.apply(batch.batch(), number);
      database.flush();
      Awaitility.await().until(() -> database.persistedRecord() == number);
    }

    assertThatThrownBy(() -> open(RocksDbStorage.at(live())))
        .isInstanceOfSatisfying(
            NodeStartException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NEWER_FORMAT))
        .hasMessageContaining("layout version 2");
  }

  @Test
  void shouldRefuseWhenAFileOfTheDatabaseIsMissing() throws IOException {
    try (RocksDbStorage node = openWithSmallFiles()) {
      new TestLog(node, "orders").appendAndWait(1, 1, 1);
    }
    openWithSmallFiles().close();
    List<String> names;
    try (Stream<Path> files = Files.list(live().resolve("rocksdb"))) {
      names = files.map(file -> file.getFileName().toString()).toList();
    }
    for (String name : names) {
      if (name.matches(".*\\.sst|MANIFEST.*|CURRENT")) {
        CrashImage image = imageOfLive();
        Files.delete(image.rocks().resolve(name));
        assertRefused(image);
      }
    }
  }
}
