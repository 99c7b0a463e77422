package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.spi.StoredEntry;
import io.raftlog.spi.StoredState.TermStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random writes to two logs, with small files so that RocksDB flushes and compacts, and now and
 * then a crash or a reopening; compared with a model in memory. A failing seed replays alone.
 */
class LogModelTest {
  private static final int STEPS = 250;

  @TempDir Path temp;

  /** What a log should hold. */
  private static final class Model {
    final TreeMap<Long, StoredEntry> entries = new TreeMap<>();
    final Map<Long, Long> indexOfOffset = new HashMap<>();
    long firstIndex = 1;
    long lastIndex;
    long nextOffset;
    long term = 1;
    ByteBuffer hardState;
    ByteBuffer checkpoint;

    void truncate(long from) {
      if (from <= lastIndex) {
        Map<Long, StoredEntry> removed = entries.tailMap(from, true);
        if (!removed.isEmpty()) {
          nextOffset = removed.values().iterator().next().firstOffset();
        }
        removed.clear();
        indexOfOffset.values().removeIf(index -> index >= from);
        lastIndex = from - 1;
      }
    }

    void append(StoredEntry entry) {
      entries.put(entry.index(), entry);
      for (int i = 0; i < entry.recordCount(); i++) {
        indexOfOffset.put(entry.firstOffset() + i, entry.index());
      }
      nextOffset += entry.recordCount();
      lastIndex = entry.index();
    }

    void trim(long before) {
      if (before > firstIndex) {
        entries.headMap(before, false).clear();
        indexOfOffset.values().removeIf(index -> index < before);
        firstIndex = before;
        lastIndex = Math.max(lastIndex, before - 1);
      }
    }

    List<TermStart> terms() {
      List<TermStart> terms = new ArrayList<>();
      for (StoredEntry entry : entries.values()) {
        if (terms.isEmpty() || terms.get(terms.size() - 1).term() < entry.term()) {
          terms.add(new TermStart(entry.term(), entry.index()));
        }
      }
      return terms;
    }
  }

  private static ByteBuffer randomBytes(Random random, int bound) {
    byte[] bytes = new byte[random.nextInt(bound)];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private static void writeRandomly(Random random, Model model, TestLog log) {
    long truncateFrom = 0;
    if (random.nextInt(10) == 0 && model.lastIndex >= model.firstIndex) {
      long count = model.lastIndex - model.firstIndex + 1;
      truncateFrom = model.lastIndex + 1 - random.nextLong(1, Math.min(count, 400) + 1);
      model.truncate(truncateFrom);
      model.term++;
    }
    List<StoredEntry> entries = new ArrayList<>();
    int count = random.nextInt(20) == 0 ? random.nextInt(400) : random.nextInt(5);
    for (int i = 0; i < count; i++) {
      model.term += random.nextInt(20) == 0 ? 1 : 0;
      int records = random.nextInt(4);
      ByteBuffer bytes = randomBytes(random, random.nextInt(12) == 0 ? 200_000 : 200);
      StoredEntry entry =
          new StoredEntry(model.lastIndex + 1, model.term, model.nextOffset, records, bytes);
      model.append(entry);
      entries.add(entry);
    }
    ByteBuffer hardState = random.nextInt(5) == 0 ? randomBytes(random, 100) : null;
    model.hardState = hardState == null ? model.hardState : hardState;
    ByteBuffer checkpoint = random.nextInt(20) == 0 ? randomBytes(random, 100_000) : null;
    model.checkpoint = checkpoint == null ? model.checkpoint : checkpoint;
    long trimBefore = 0;
    if (random.nextInt(30) == 0) {
      trimBefore = random.nextLong(1, model.lastIndex + (random.nextInt(10) == 0 ? 50 : 2));
      model.trim(trimBefore);
    }
    log.write(hardState, truncateFrom, entries, checkpoint, trimBefore);
  }

  private static void assertMatches(Random random, Model model, TestLog log) {
    List<ByteBuffer> expected = model.entries.values().stream().map(StoredEntry::bytes).toList();
    assertThat(log.storage.read(model.firstIndex, Integer.MAX_VALUE)).isEqualTo(expected);
    assertThat(log.storage.read(model.lastIndex + 1, 1000)).isEmpty();
    assertThat(log.storage.read(model.firstIndex - 1, 1000)).isEmpty();
    for (int i = 0; i < 20; i++) {
      long offset = random.nextLong(model.nextOffset + 2);
      assertThat(log.storage.indexOf(offset))
          .as("index of offset %s", offset)
          .isEqualTo(model.indexOfOffset.getOrDefault(offset, 0L));
    }
  }

  private static void assertRecovered(Model model, TestLog log) {
    assertThat(log.stored.hardState()).isEqualTo(model.hardState);
    assertThat(log.stored.checkpoint()).isEqualTo(model.checkpoint);
    assertThat(log.stored.firstIndex()).isEqualTo(model.firstIndex);
    assertThat(log.stored.lastIndex()).isEqualTo(model.lastIndex);
    assertThat(log.stored.terms()).isEqualTo(model.terms());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldHoldWhatWasWritten(long seed) throws IOException {
    Random random = new Random(seed);
    Path directory = temp.resolve("n0");
    RocksDbStorage node = open(directory);
    List<Model> models = List.of(new Model(), new Model());
    List<TestLog> logs = List.of(new TestLog(node, "a"), new TestLog(node, "b"));
    for (int step = 1; step <= STEPS; step++) {
      int which = random.nextInt(2);
      writeRandomly(random, models.get(which), logs.get(which));
      if (random.nextInt(10) == 0) {
        awaitAll(logs);
        assertMatches(random, models.get(which), logs.get(which));
      }
      if (random.nextInt(40) == 0) {
        awaitAll(logs);
        directory = crashOrClose(random, node, directory, step);
        node = open(directory);
        logs = List.of(new TestLog(node, "a"), new TestLog(node, "b"));
        for (int i = 0; i < 2; i++) {
          assertRecovered(models.get(i), logs.get(i));
          assertMatches(random, models.get(i), logs.get(i));
        }
      }
    }
    node.close();
  }

  private Path crashOrClose(Random random, RocksDbStorage node, Path directory, int step)
      throws IOException {
    Path next = directory;
    if (random.nextBoolean()) {
      next = temp.resolve("n" + step);
      CrashImage.of(directory, next);
    }
    node.close();
    return next;
  }

  private static void awaitAll(List<TestLog> logs) {
    logs.forEach(TestLog::awaitAll);
  }

  private static RocksDbStorage open(Path directory) {
    RocksDbStorage node =
        RocksDbStorage.builder(directory)
            .acceptCopiedDirectory(true)
            .writeBufferBytes(1 << 20)
            .build();
    node.open("c", CrashImage.NODE);
    return node;
  }
}
