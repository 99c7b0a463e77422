package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageDirectoryTest {
  private static final NodeId NODE = new NodeId("n1");

  @TempDir Path temp;

  /** Unpacking the library is what an interrupt would hit, in the first test that opens one. */
  @BeforeAll
  static void loadLibrary() {
    NativeLibrary.load();
  }

  private Path directory() {
    return temp.resolve("data/n1");
  }

  private static UUID open(Path directory, String cluster, NodeId node) {
    try (RocksDbStorage storage = RocksDbStorage.at(directory)) {
      return storage.open(cluster, node);
    }
  }

  private static void assertRefused(Path directory, Reason reason, String... words) {
    assertRefused(() -> open(directory, "c", NODE), reason, words);
  }

  private static void assertRefused(Runnable opening, Reason reason, String... words) {
    assertThatThrownBy(opening::run)
        .isInstanceOfSatisfying(
            NodeStartException.class,
            e -> {
              assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
              assertThat(List.of(words))
                  .allSatisfy(word -> assertThat(e).hasMessageContaining(word));
            });
  }

  @Test
  void shouldKeepTheIncarnation() {
    UUID first = open(directory(), "c", NODE);

    assertThat(open(directory(), "c", NODE)).isEqualTo(first);
  }

  @Test
  void shouldMakeAnotherIncarnationInAnotherDirectory() {
    assertThat(open(directory(), "c", NODE)).isNotEqualTo(open(temp.resolve("b"), "c", NODE));
  }

  @Test
  void shouldRefuseAnotherNode() {
    open(directory(), "c", NODE);

    assertRefused(
        () -> open(directory(), "c", new NodeId("n2")), Reason.WRONG_NODE, "\"n1\"", "\"n2\"");
  }

  @Test
  void shouldRefuseAnotherCluster() {
    open(directory(), "c", NODE);

    assertRefused(() -> open(directory(), "d", NODE), Reason.WRONG_CLUSTER, "\"c\"", "\"d\"");
  }

  @Test
  void shouldRefuseACopyUnlessItIsAccepted() throws IOException {
    final UUID incarnation = open(directory(), "c", NODE);
    CrashImage copy = CrashImage.of(directory(), temp.resolve("copy"));
    assertRefused(copy.directory, Reason.COPIED_DIRECTORY, "acceptCopiedDirectory");

    try (RocksDbStorage storage =
        RocksDbStorage.builder(copy.directory).acceptCopiedDirectory(true).build()) {
      assertThat(storage.open("c", NODE)).isEqualTo(incarnation);
    }

    assertThat(open(copy.directory, "c", NODE)).isEqualTo(incarnation);
    assertThat(open(directory(), "c", NODE)).isEqualTo(incarnation);
  }

  /**
   * A backup is restored as rsync does it: a file whose size and time of modification agree is
   * skipped, so {@code identity} stays what it was; every other one is replaced by a new file. All
   * the rest is old then and agrees with itself.
   */
  @Test
  void shouldRefuseABackupThatWasRestoredAroundTheIdentity() throws IOException {
    // given a backup, and acknowledged entries that it lacks
    append(5);
    Path backup = temp.resolve("backup");
    synchronize(directory(), backup);
    append(5);
    BasicFileAttributes identity = attributes("identity");

    // when
    synchronize(backup, directory());

    // then
    assertThat(attributes("identity").fileKey()).isEqualTo(identity.fileKey());
    assertRefused(directory(), Reason.COPIED_DIRECTORY, "\"n1\"", "durable", "empty directory");
    try (RocksDbStorage storage =
        RocksDbStorage.builder(directory()).acceptCopiedDirectory(true).build()) {
      storage.open("c", NODE);
      assertThat(new TestLog(storage, "orders").stored.lastIndex()).isEqualTo(5);
    }
    open(directory(), "c", NODE);
  }

  private BasicFileAttributes attributes(String name) throws IOException {
    return Files.readAttributes(directory().resolve(name), BasicFileAttributes.class);
  }

  private void append(int count) {
    try (RocksDbStorage storage = RocksDbStorage.at(directory())) {
      storage.open("c", NODE);
      TestLog log = new TestLog(storage, "orders");
      log.appendAndWait(log.stored.lastIndex() + 1, log.stored.lastIndex() + count, 1);
    }
  }

  private static void synchronize(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path file : walk(to)) {
      if (!DurableFiles.exists(from.resolve(to.relativize(file)))) {
        DurableFiles.deleteRecursively(file);
      }
    }
    for (Path file : walk(from)) {
      Path target = to.resolve(from.relativize(file));
      if (Files.isDirectory(file)) {
        Files.createDirectories(target);
      } else if (!looksTheSame(file, target)) {
        Path copy = target.resolveSibling("." + target.getFileName());
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        DurableFiles.rename(copy, target);
      }
    }
  }

  private static List<Path> walk(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.toList();
    }
  }

  private static boolean looksTheSame(Path file, Path target) throws IOException {
    return DurableFiles.exists(target)
        && Files.size(file) == Files.size(target)
        && Files.getLastModifiedTime(file).equals(Files.getLastModifiedTime(target));
  }

  @Test
  void shouldCompareOnlyWhatIsKnownOfAFile() {
    FileWitness original = new FileWitness(3, 4);

    assertThat(original.matches(new FileWitness(3, 4))).isTrue();
    assertThat(original.matches(new FileWitness(3, 5))).isFalse();
    assertThat(original.matches(new FileWitness(2, 4))).isFalse();
    assertThat(original.matches(new FileWitness(0, 4))).isTrue();
    assertThat(original.matches(new FileWitness(3, 0))).isTrue();
  }

  @Test
  void shouldAcceptADirectoryThatWasRenamed() throws IOException {
    UUID incarnation = open(directory(), "c", NODE);

    Files.move(directory(), temp.resolve("renamed"));

    assertThat(open(temp.resolve("renamed"), "c", NODE)).isEqualTo(incarnation);
  }

  @Test
  void shouldRefuseADatabaseWithoutIdentity() throws IOException {
    open(directory(), "c", NODE);
    Files.delete(directory().resolve("identity"));

    assertRefused(directory(), Reason.CORRUPTED, "identity");
  }

  @Test
  void shouldRefuseAWriteAheadLogWithoutIdentityAndDatabase() throws IOException {
    open(directory(), "c", NODE);
    Files.delete(directory().resolve("identity"));
    DurableFiles.deleteRecursively(directory().resolve("rocksdb"));

    assertRefused(directory(), Reason.CORRUPTED, "identity");
    assertThat(directory().resolve("wal/000001.wal")).exists();
  }

  @Test
  void shouldNotFormatAgainWhatWasWrittenTo() throws IOException {
    open(directory(), "c", NODE);
    Files.move(directory().resolve("identity"), directory().resolve("identity.new"));

    assertRefused(directory(), Reason.CORRUPTED, "identity");
  }

  @Test
  void shouldRefuseAnIdentityWithoutDatabase() throws IOException {
    open(directory(), "c", NODE);
    DurableFiles.deleteRecursively(directory().resolve("rocksdb"));

    assertRefused(directory(), Reason.CORRUPTED);
  }

  @Test
  void shouldRefuseADamagedIdentityAtEveryByte() throws IOException {
    open(directory(), "c", NODE);
    Path identity = directory().resolve("identity");
    byte[] bytes = Files.readAllBytes(identity);

    for (int i = 0; i < bytes.length; i++) {
      CrashImage.flip(identity, i);
      assertRefused(directory(), Reason.CORRUPTED, "identity", "Check the disk");
      Files.write(identity, Arrays.copyOf(bytes, i));
      assertRefused(directory(), Reason.CORRUPTED, "identity", "Check the disk");
      Files.write(identity, bytes);
    }
    open(directory(), "c", NODE);
  }

  /** Such files were written before there was a release. */
  @Test
  void shouldRefuseAnIdentityThatLacksTheWitnessOfTheMark() throws IOException {
    open(directory(), "c", NODE);
    Path identity = directory().resolve("identity");
    for (int length : new int[] {0, 1, 5, 16, 17, 100, 1000, 50_000}) {
      Identity whole =
          new Identity(
              "c".repeat(length),
              "n1",
              new UUID(1, 2),
              new FileWitness(3, 4),
              new FileWitness(5, 6));
      byte[] bytes = whole.encode().array();
      int mark = 8 + 4 + 16 + 16;
      ByteBuffer lacking = ByteBuffer.allocate(bytes.length - 16);
      lacking.put(bytes, 0, mark).put(bytes, mark + 16, lacking.remaining() - 4);
      Files.write(identity, seal(lacking.array()));

      assertRefused(directory(), Reason.CORRUPTED, "identity");
    }
  }

  private static byte[] seal(byte[] identity) {
    CRC32C crc = new CRC32C();
    crc.update(identity, 0, identity.length - 4);
    ByteBuffer.wrap(identity).putInt(identity.length - 4, (int) crc.getValue());
    return identity;
  }

  @Test
  void shouldRefuseANewerFormat() throws IOException {
    open(directory(), "c", NODE);
    Path identity = directory().resolve("identity");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(identity));
    bytes.putInt(8, 2);
    Files.write(identity, seal(bytes.array()));

    assertRefused(directory(), Reason.NEWER_FORMAT, "version is 2", "up to 1", "start it with");
  }

  @Test
  void shouldFormatAgainAfterACrashWhileFormatting() throws IOException {
    // given what each step of formatting leaves behind
    open(directory(), "c", NODE);
    Files.move(directory().resolve("identity"), directory().resolve("identity.new"));
    DurableMark.format(directory().resolve("durable"));
    CrashImage beforeRename = CrashImage.of(directory(), temp.resolve("before-rename"));
    CrashImage beforeDatabase = CrashImage.of(directory(), temp.resolve("before-database"));
    DurableFiles.deleteRecursively(beforeDatabase.rocks());
    CrashImage inDatabase = CrashImage.of(directory(), temp.resolve("in-database"));
    Files.delete(inDatabase.rocks().resolve("CURRENT"));
    CrashImage emptyIdentity = CrashImage.of(beforeDatabase.directory, temp.resolve("empty"));
    Files.write(emptyIdentity.directory.resolve("identity.new"), new byte[0]);
    DurableFiles.deleteRecursively(emptyIdentity.rocks());
    CrashImage onlyLock = CrashImage.of(emptyIdentity.directory, temp.resolve("lock"));
    Files.delete(onlyLock.directory.resolve("identity.new"));
    Files.delete(onlyLock.directory.resolve("durable"));
    CrashImage onlyMark = CrashImage.of(onlyLock.directory, temp.resolve("mark"));
    DurableMark.format(onlyMark.directory.resolve("durable"));
    CrashImage halfMark = CrashImage.of(onlyLock.directory, temp.resolve("half-mark"));
    Files.write(halfMark.directory.resolve("durable"), new byte[5000]);
    for (CrashImage empty : List.of(onlyLock, onlyMark, halfMark)) {
      DurableFiles.deleteRecursively(empty.rocks());
      DurableFiles.deleteRecursively(empty.directory.resolve("wal"));
    }

    for (CrashImage image :
        List.of(
            beforeRename,
            beforeDatabase,
            inDatabase,
            emptyIdentity,
            onlyLock,
            onlyMark,
            halfMark)) {
      UUID incarnation = open(image.directory, "c", NODE);
      assertThat(open(image.directory, "c", NODE)).isEqualTo(incarnation);
      assertThat(image.directory.resolve("identity.new")).doesNotExist();
    }
  }

  @Test
  void shouldRefuseADirectoryThatIsInUseInThisProcess() {
    try (RocksDbStorage storage = RocksDbStorage.at(directory())) {
      storage.open("c", NODE);

      assertRefused(directory(), Reason.DIRECTORY_LOCKED, directory().toString(), "this process");
      assertRefused(directory(), Reason.DIRECTORY_LOCKED);
    }
    open(directory(), "c", NODE);
  }

  @Test
  void shouldRefuseADirectoryThatAnotherProcessUses() throws Exception {
    Files.createDirectories(directory());
    try (TestProcess holder = new TestProcess(LockHolder.class, directory())) {
      assertThat(holder.out.readLine()).isEqualTo("locked");
      assertRefused(
          directory(),
          Reason.DIRECTORY_LOCKED,
          directory().toString(),
          "pid " + holder.process.pid() + ";");
    }
    open(directory(), "c", NODE);
  }

  @Test
  void shouldKeepOtherProcessesOutAfterThisProcessWasRefusedOnce() throws Exception {
    try (RocksDbStorage storage = RocksDbStorage.at(directory())) {
      storage.open("c", NODE);
      assertRefused(directory(), Reason.DIRECTORY_LOCKED);

      try (TestProcess holder = new TestProcess(LockHolder.class, directory())) {
        assertThat(holder.out.readLine()).isNull();
        assertThat(holder.process.waitFor()).isEqualTo(1);
      }
    }
  }

  @Test
  void shouldRefuseAPathThatCannotBeADirectory() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "x");

    assertRefused(file, Reason.DIRECTORY_UNUSABLE, file.toString());
    assertRefused(file.resolve("below"), Reason.DIRECTORY_UNUSABLE, file.toString());
  }

  /** A link to itself stands for whatever keeps a file from being looked at for a moment. */
  private static void makeUnreadable(Path file) throws IOException {
    Files.move(file, file.resolveSibling(file.getFileName() + ".away"));
    Files.createSymbolicLink(file, file.getFileName());
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "durable", "wal", "rocksdb/CURRENT"})
  void shouldNotTakeAFileForMissingThatCannotBeLookedAt(String name) throws IOException {
    final UUID incarnation = open(directory(), "c", NODE);
    Path file = directory().resolve(name);
    makeUnreadable(file);

    assertRefused(directory(), Reason.DIRECTORY_UNUSABLE, file.toString());

    Files.delete(file);
    Files.move(file.resolveSibling(file.getFileName() + ".away"), file);
    assertThat(open(directory(), "c", NODE)).isEqualTo(incarnation);
  }

  @Test
  void shouldNotFormatADirectoryWhoseFilesCannotBeLookedAt() throws IOException {
    final UUID incarnation = open(directory(), "c", NODE);
    for (String name : List.of("identity", "rocksdb", "wal")) {
      makeUnreadable(directory().resolve(name));
    }

    assertRefused(directory(), Reason.DIRECTORY_UNUSABLE, "identity");

    for (String name : List.of("identity", "rocksdb", "wal")) {
      Files.delete(directory().resolve(name));
      Files.move(directory().resolve(name + ".away"), directory().resolve(name));
    }
    assertThat(open(directory(), "c", NODE)).isEqualTo(incarnation);
  }

  @Test
  void shouldRefuseToOpenInAnInterruptedThread() {
    Thread.currentThread().interrupt();
    assertRefused(directory(), Reason.OTHER, "interrupted");

    assertThat(Thread.interrupted()).isTrue();
    open(directory(), "c", NODE);
  }

  @Test
  void shouldLeaveNothingLockedWhenItRefuses() {
    open(directory(), "c", NODE);
    assertRefused(() -> open(directory(), "d", NODE), Reason.WRONG_CLUSTER);

    open(directory(), "c", NODE);
  }
}
