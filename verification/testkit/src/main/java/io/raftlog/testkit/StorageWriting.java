package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The part of {@link StorageContract} on writes: what each part of one does, alone and together
 * with the others. Every check compares with a model, before and after the log is opened again.
 */
abstract class StorageWriting extends StorageOpening {
  private static final int MIB = 1 << 20;
  private static final int MAX_HARD_STATE_BYTES = 1 << 10;

  @Test
  void shouldReportEveryWriteAsDurable() {
    // given
    Reopenable place = newLog();
    TestLog log = place.log();

    // when: one by one
    for (int i = 1; i <= 20; i++) {
      log.appendSmall(1, 1);
      log.awaitDurable();
    }

    // then: the recorder knows which were handed over
    assertThat(log.recorder().lastDurable()).isEqualTo(20);

    // when: many without waiting
    for (int i = 1; i <= 1_000; i++) {
      log.appendSmall(2, 1);
    }

    // then
    log.awaitDurable();
    assertThat(log.recorder().lastDurable()).isEqualTo(1_020);
    place.reopen();
  }

  @Test
  void shouldReportWritesWithoutAnything() {
    // given
    Reopenable place = newLog();

    for (int opened = 0; opened < 2; opened++) {
      // when
      for (int i = 0; i < 3; i++) {
        place.log().write(null, 0, List.of(), null, 0);
        place.log().awaitDurable();
      }

      // then
      place.reopen();
    }
  }

  @Test
  void shouldStoreAllPartsOfAWrite() {
    // given
    Reopenable place = newLog();
    place.log().appendSmall(3, 10);
    place.log().write(SeededBytes.buffer(1, 50), 0, List.of(), SeededBytes.buffer(2, 500), 0);

    // when: entries 8 to 10 are replaced by 8 and 9, and 1 to 3 trimmed
    TestLog log = place.log();
    List<StoredEntry> entries = new ArrayList<>();
    for (long index = 8; index <= 9; index++) {
      entries.add(new StoredEntry(index, 5, index - 1, 1, SeededBytes.buffer(index, 30)));
    }
    log.write(SeededBytes.buffer(3, 60), 8, entries, SeededBytes.buffer(4, 400), 4);

    // then
    assertThat(log.model().firstIndex()).isEqualTo(4);
    assertThat(log.model().lastIndex()).isEqualTo(9);
    place.reopen();
  }

  @Test
  void shouldKeepHardStateAndCheckpointWhenAWriteHasNone() {
    // given
    Reopenable place = newLog();
    place.log().write(SeededBytes.buffer(1, 50), 0, List.of(), null, 0);
    place.reopen().write(null, 0, List.of(), SeededBytes.buffer(2, 500), 0);

    // when
    place.reopen().appendSmall(1, 10);
    place.log().truncateAndAppend(3, 2, 2);
    place.log().write(null, 0, List.of(), null, 3);

    // then
    assertThat(place.log().model().state().hardState()).isNotNull();
    place.reopen();
    place.reopen();
  }

  @Test
  void shouldTellAnEmptyHardStateAndCheckpointFromNone() {
    // given
    Reopenable place = newLog();
    ByteBuffer nothing = ByteBuffer.allocate(0);

    // when
    place.log().write(nothing, 0, List.of(), nothing, 0);

    // then
    assertThat(place.log().model().state().checkpoint()).isEqualTo(nothing);
    place.reopen();
  }

  @Test
  void shouldStoreTheLargestHardStateAndCheckpoint() {
    // given
    Reopenable place = newLog();

    // when
    place
        .log()
        .write(
            SeededBytes.buffer(1, MAX_HARD_STATE_BYTES),
            0,
            List.of(),
            SeededBytes.buffer(2, StorageWrite.MAX_CHECKPOINT_BYTES),
            0);

    // then
    place.reopen();
  }

  @Test
  void shouldReplaceEntries() {
    // given
    Reopenable place = newLog();
    place.log().appendSmall(1, 10);

    // when
    place.log().truncateAndAppend(7, 2, 2);

    // then
    assertThat(place.log().model().lastIndex()).isEqualTo(8);
    place.reopen();

    // when: further entries come where removed ones were
    place.log().appendSmall(3, 10);

    // then
    place.reopen();
  }

  @Test
  void shouldRemoveEntriesWithoutReplacingThem() {
    // given
    Reopenable place = newLog();
    place.log().appendSmall(1, 5);
    place.log().appendSmall(2, 5);

    // when: a term goes, and its beginning
    place.log().truncateAndAppend(6, 0, 0);

    // then
    assertThat(place.log().model().state().terms()).hasSize(1);
    place.reopen();

    // when: the same term comes again, later
    place.log().appendSmall(1, 2);
    place.log().appendSmall(2, 2);

    // then
    place.reopen();
  }

  @Test
  void shouldRemoveAllEntries() {
    // given
    Reopenable place = newLog();
    place.log().appendSmall(4, 10);

    // when
    place.log().truncateAndAppend(1, 0, 0);

    // then
    assertThat(place.log().model().lastIndex()).isZero();
    place.reopen();

    // when: it begins again, now with a term that was not there
    place.log().appendSmall(7, 3);
    place.log().truncateAndAppend(1, 8, 2);

    // then
    place.reopen();
  }

  @Test
  void shouldRemoveNothingBeyondTheEnd() {
    // given
    Reopenable place = newLog();
    place.log().truncateAndAppend(1, 1, 5);

    // when
    place.log().truncateAndAppend(6, 2, 5);
    place.log().truncateAndAppend(100, 3, 1);
    place.log().truncateAndAppend(Long.MAX_VALUE, 3, 1);

    // then
    assertThat(place.log().model().lastIndex()).isEqualTo(12);
    place.reopen();

    // when: nothing is appended that would tell the end
    place.log().truncateAndAppend(13, 0, 0);
    place.log().truncateAndAppend(100, 0, 0);

    // then
    assertThat(place.log().model().lastIndex()).isEqualTo(12);
    place.reopen();
  }

  @Test
  void shouldRemoveThousandsOfEntries() {
    // given
    Reopenable place = newLog();
    for (long i = 1; i <= 10; i++) {
      place.log().appendSmall(i, 1_000);
    }

    // when
    place.log().truncateAndAppend(500, 20, 2_000);

    // then
    place.reopen();
  }

  @Test
  void shouldRemoveEntriesThatAreStillOnTheirWay() {
    // given
    Reopenable place = newLog();
    TestLog log = place.log();

    // when: nobody waits
    log.appendSmall(1, 10);
    for (int term = 2; term < 50; term++) {
      log.truncateAndAppend(3 + term % 7, term, 5 + term % 3);
    }

    // then
    place.reopen();
  }

  @Test
  void shouldTrim() {
    // given
    Reopenable place = newLog();
    place.log().appendSmall(1, 10);
    place.log().appendSmall(2, 10);

    // when: in the middle of a term
    place.log().write(null, 0, List.of(), null, 5);

    // then
    assertThat(place.log().model().firstIndex()).isEqualTo(5);
    place.reopen();

    // when: before what is trimmed, where the second term begins, and after it
    for (long trimBefore : new long[] {3, 11, 14}) {
      place.log().write(null, 0, List.of(), null, trimBefore);

      // then
      place.reopen();
    }
    assertThat(place.log().model().firstIndex()).isEqualTo(14);
    place.log().appendSmall(2, 3);
    place.reopen();
  }

  @Test
  void shouldKeepItsPlaceWhenAllIsTrimmed() {
    // given
    Reopenable place = newLog();
    place.log().appendSmall(3, 10);

    // when
    place.log().write(null, 0, List.of(), null, 11);

    // then
    assertThat(place.log().model().firstIndex()).isEqualTo(11);
    assertThat(place.log().model().lastIndex()).isEqualTo(10);
    place.reopen();

    // when
    place.log().appendSmall(3, 2);

    // then
    place.reopen();
  }

  @Test
  void shouldTrimEntriesOfTheSameWrite() {
    // given
    Reopenable place = newLog();
    TestLog log = place.log();
    log.appendSmall(1, 5);

    // when: entries 6 to 8 come, and all before 7 go
    List<StoredEntry> entries = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      entries.add(log.nextEntry(entries, 2, 1, SeededBytes.array(i, 30)));
    }
    log.write(null, 0, entries, null, 7);

    // then
    assertThat(log.model().firstIndex()).isEqualTo(7);
    place.reopen();
  }

  @Test
  void shouldRemoveEntriesAfterTrimming() {
    // given
    Reopenable place = newLog();
    place.log().appendSmall(1, 10);
    place.log().write(null, 0, List.of(), null, 5);

    // when: from the first entry that is left
    place.log().truncateAndAppend(5, 0, 0);

    // then
    assertThat(place.log().model().firstIndex()).isEqualTo(5);
    assertThat(place.log().model().lastIndex()).isEqualTo(4);
    place.reopen();

    // when: from an entry that was trimmed
    place.log().appendSmall(2, 10);
    place.log().truncateAndAppend(3, 0, 0);

    // then
    assertThat(place.log().model().firstIndex()).isEqualTo(5);
    assertThat(place.log().model().lastIndex()).isEqualTo(4);
    place.reopen();
    place.log().appendSmall(3, 2);
    place.reopen();
  }

  @Test
  void shouldRemoveAndTrimInOneWrite() {
    // given
    Reopenable place = newLog();
    TestLog log = place.log();
    log.appendSmall(1, 20);

    // when: entries 5 to 20 are replaced by 5 to 7, and all before 7 go
    List<StoredEntry> entries = new ArrayList<>();
    for (long index = 5; index <= 7; index++) {
      int records = index == 5 ? 0 : 1;
      long offset = index == 7 ? 5 : 4;
      entries.add(new StoredEntry(index, 2, offset, records, SeededBytes.buffer(index, 30)));
    }
    log.write(null, 5, entries, null, 7);

    // then
    log.check();

    // when: these can be removed like any others, though other ones had been there
    log.truncateAndAppend(7, 3, 0);

    // then
    assertThat(log.model().lastIndex()).isEqualTo(6);
    log.check();
    log.appendSmall(3, 5);
    place.reopen();
  }

  @Test
  void shouldTakeBuffersOfEveryKindAndLeaveThemAsTheyAre() {
    // given
    Reopenable place = newLog();
    TestLog log = place.log();
    List<ByteBuffer> given = new ArrayList<>();
    for (BufferKind kind : BufferKind.values()) {
      for (int length : new int[] {1, 1_000, MIB + 1}) {
        given.add(kind.of(SeededBytes.array(given.size(), length)));
      }
    }
    List<StoredEntry> entries = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      entries.add(new StoredEntry(i + 1L, 1, i, 1, given.get(i)));
    }
    BufferWatch watch = BufferWatch.over(given);

    // when
    log.append(entries);
    for (BufferKind kind : BufferKind.values()) {
      ByteBuffer hardState = kind.of(SeededBytes.array(7, 100));
      ByteBuffer checkpoint = kind.of(SeededBytes.array(8, 10_000));
      BufferWatch both = BufferWatch.over(List.of(hardState, checkpoint));
      log.write(hardState, 0, List.of(), checkpoint, 0);
      log.awaitDurable();

      // then
      both.assertUnchanged();
    }
    place.reopen();
    watch.assertUnchanged();
  }

  @Test
  void shouldStoreLargeEntries() {
    // given
    Reopenable place = newLog();
    TestLog log = place.log();

    // when
    log.append(1, SeededBytes.array(1, MIB), new byte[1], SeededBytes.array(2, 16 * MIB));
    log.append(1, SeededBytes.array(3, 16 * MIB), SeededBytes.array(4, MIB));

    // then
    log.awaitDurable();
    assertThat(log.storage().read(3, 1)).hasSize(1);
    assertThat(place.reopen().storage().read(4, 16 * MIB - 1)).hasSize(1);
  }

  @Test
  void shouldStoreManyEntriesInOneWrite() {
    // given
    Reopenable place = newLog();

    // when
    place.log().appendSmall(1, 20_000);

    // then
    place.log().awaitDurable();
    assertThat(place.log().readAll(1, MIB)).isEqualTo(place.log().model().from(1));
    place.close();
    open(opened(place.place()), LOG, place.log().model());
  }

  @Test
  void shouldWriteForAnInterruptedThread() {
    // given
    Reopenable place = newLog();

    // when
    for (int i = 0; i < 20; i++) {
      Thread.currentThread().interrupt();
      try {
        place.log().appendSmall(1, 1);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }

    // then
    place.reopen();
  }
}
