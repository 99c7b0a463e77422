package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/**
 * Power failures: of what one step has written, any pages are on the disk and the others are as
 * they were before. The log goes on from there, again and again, so that what a torn record has
 * left is behind the later ones.
 */
class WalCrashTest {
  private static final UUID INCARNATION = new UUID(1, 2);
  private static final int SEEDS = 6;
  private static final int STEPS = 120;
  private static final int PAGE_BYTES = 4096;

  /** Small, so that files are used again every few steps. */
  private static final int FILE_BYTES = 40_000;

  @TempDir Path temp;
  private Path directory;

  /** The payloads of the records that are durable, by their numbers. */
  private final TreeMap<Long, ByteBuffer> durable = new TreeMap<>();

  /** Up to here the records are in tables. */
  private long persisted;

  private final TreeMap<Long, ByteBuffer> replayed = new TreeMap<>();

  @Test
  void shouldHoldWhatWasDurableWhicheverPagesOfTheNextStepAreWritten() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      directory = temp.resolve("wal" + seed);
      durable.clear();
      persisted = 0;
      WalDirectory.format(directory, INCARNATION);
      Random random = new Random(seed);
      for (int step = 0; step < STEPS; step++) {
        step(random, "seed " + seed + " step " + step);
      }
      assertThat(durable).as("records of seed %s", seed).hasSizeGreaterThan(STEPS / 4);
      DurableFiles.deleteRecursively(directory);
    }
  }

  private void step(Random random, String what) throws Exception {
    // given a log in which everything is durable
    Map<Path, byte[]> before = contents();
    final long last = durable.isEmpty() ? 0 : durable.lastKey();
    persisted = Math.max(persisted, last - random.nextInt(6));
    byte[] value = new byte[random.nextInt(5) == 0 ? random.nextInt(30_000) : random.nextInt(3000)];
    random.nextBytes(value);
    try (WriteAheadLog log = open(persisted, last)) {
      assertThat(log.lastRecord()).as(what).isEqualTo(last);
      assertThat(replayed).as(what).isEqualTo(durable.tailMap(persisted, false));
      boolean full = log.isFull();
      if (full) {
        log.beginFile(persisted);
      }
      // when the power fails while a file is begun, or while a record is written
      if (!full || random.nextBoolean()) {
        before = full ? contents() : before;
        assertThat(log.append(record(value))).isEqualTo(last + 1);
      }
    }
    if (random.nextInt(3) > 0) {
      writeSomePages(before, random);
    }

    // then it is there as a whole or not at all, and nothing else is missing
    try (WriteAheadLog log = open(persisted, last)) {
      assertThat(log.lastRecord()).as(what).isIn(last, last + 1);
      if (log.lastRecord() > last) {
        durable.put(last + 1, payload(value));
      }
    }
    assertThat(replayed).as(what).isEqualTo(durable.tailMap(persisted, false));
  }

  /** Of what was written since, every other page is as it was before. */
  private void writeSomePages(Map<Path, byte[]> before, Random random) throws IOException {
    Map<Path, byte[]> after = contents();
    for (Map.Entry<Path, byte[]> file : after.entrySet()) {
      byte[] bytes = file.getValue();
      byte[] old = before.get(file.getKey());
      if (old == null) {
        if (random.nextBoolean()) {
          Files.delete(file.getKey());
        }
        continue;
      }
      for (int page = 0; page < bytes.length; page += PAGE_BYTES) {
        int end = Math.min(page + PAGE_BYTES, bytes.length);
        if (random.nextBoolean()) {
          Arrays.fill(bytes, page, end, (byte) 0);
          int kept = Math.min(end, old.length) - page;
          System.arraycopy(old, Math.min(page, old.length), bytes, page, Math.max(0, kept));
        }
      }
      int length =
          random.nextBoolean() ? bytes.length : Math.max(old.length, firstChange(old, bytes));
      Files.write(file.getKey(), Arrays.copyOf(bytes, Math.min(length, bytes.length)));
    }
  }

  private static int firstChange(byte[] old, byte[] bytes) {
    int change = Arrays.mismatch(old, bytes);
    return change < 0 ? bytes.length : change;
  }

  private Map<Path, byte[]> contents() throws IOException {
    Map<Path, byte[]> contents = new TreeMap<>();
    for (Path file : new WalDirectory(directory).files()) {
      contents.put(file, Files.readAllBytes(file));
    }
    return contents;
  }

  private WriteAheadLog open(long applied, long mark) throws IOException, RocksDBException {
    replayed.clear();
    return WalRecovery.run(
        "n1",
        directory,
        INCARNATION,
        FILE_BYTES,
        applied,
        mark,
        (number, payload) -> {
          byte[] bytes = new byte[payload.remaining()];
          payload.get(bytes);
          assertThat(replayed.put(number, ByteBuffer.wrap(bytes))).isNull();
        });
  }

  private static WalRecord record(byte[] value) {
    WalRecord record = new WalRecord();
    record.add(WalRecord.PUT, (byte) 1, ByteBuffer.wrap(new byte[] {7}), ByteBuffer.wrap(value));
    return record;
  }

  private static ByteBuffer payload(byte[] value) {
    ByteBuffer bytes = ByteBuffer.allocate(WalRecord.OPERATION_BYTES + 1 + value.length);
    return bytes
        .put((byte) 1)
        .put((byte) 1)
        .putShort((short) 1)
        .putInt(value.length)
        .put((byte) 7)
        .put(value)
        .flip();
  }
}
