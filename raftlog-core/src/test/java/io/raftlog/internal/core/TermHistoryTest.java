package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TermHistoryTest {
  /** Index 1 to 3 in term 1, 4 and 5 in term 4, 6 in term 7. */
  private static TermHistory history() {
    TermHistory history = new TermHistory(0);
    history.append(1, 1, 3);
    history.append(4, 4, 4);
    history.append(4, 5, 5);
    history.append(7, 6, 6);
    return history;
  }

  @Test
  void shouldKnowEveryEntrysTerm() {
    TermHistory history = history();

    assertThat(List.of(0L, 1L, 3L, 4L, 5L, 6L))
        .map(history::termAt)
        .containsExactly(0L, 1L, 1L, 4L, 4L, 7L);
    assertThat(history.lastIndex()).isEqualTo(6);
    assertThat(history.lastTerm()).isEqualTo(7);
  }

  @Test
  void shouldKnowNoTermOfEntriesThatAreNotThere() {
    TermHistory trimmed = new TermHistory(9);
    assertThat(trimmed.termAt(9)).isEqualTo(-1);
    trimmed.append(3, 10, 12);

    assertThat(history().termAt(7)).isEqualTo(-1);
    assertThat(trimmed.termAt(9)).isEqualTo(-1);
    assertThat(trimmed.termAt(10)).isEqualTo(3);
    assertThat(trimmed.termAt(13)).isEqualTo(-1);
  }

  @Test
  void shouldFindWhereATermBegins() {
    TermHistory history = history();

    assertThat(List.of(1L, 2L, 3L, 4L, 5L, 6L))
        .map(history::firstIndexOfTermAt)
        .containsExactly(1L, 1L, 1L, 4L, 4L, 6L);
    assertThat(new TermHistory(0).firstIndexOfTermAt(0)).isZero();
  }

  @Test
  void shouldFindWhereATermEnds() {
    TermHistory history = history();

    assertThat(List.of(0L, 1L, 3L, 4L, 6L, 7L, 99L))
        .map(history::lastIndexUpToTerm)
        .containsExactly(0L, 3L, 3L, 5L, 5L, 6L, 6L);
  }

  @Test
  void shouldForgetWhatIsTruncated() {
    TermHistory history = history();

    history.truncate(5);
    assertThat(history.lastIndex()).isEqualTo(4);
    assertThat(history.lastTerm()).isEqualTo(4);
    assertThat(history.termAt(5)).isEqualTo(-1);

    history.truncate(4);
    assertThat(history.lastTerm()).isEqualTo(1);
    history.append(5, 4, 9);
    assertThat(history.termAt(9)).isEqualTo(5);

    history.truncate(1);
    assertThat(history.lastIndex()).isZero();
    assertThat(history.lastTerm()).isZero();
  }

  @Test
  void shouldRefuseGapsAndFallingTerms() {
    assertThatThrownBy(() -> history().append(7, 8, 8)).isInstanceOf(InvariantViolation.class);
    assertThatThrownBy(() -> history().append(6, 7, 7)).isInstanceOf(InvariantViolation.class);
  }

  @Test
  void shouldAnswerAsAPlainListDoesWhateverIsAppendedAndTruncated() {
    SeededRandom random = new SeededRandom(5);
    TermHistory history = new TermHistory(0);
    List<Long> terms = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      if (random.percent(10)) {
        int keep = random.nextInt(terms.size() + 1);
        history.truncate(keep + 1);
        terms.subList(keep, terms.size()).clear();
      } else {
        long term = history.lastTerm() + (random.percent(30) ? random.between(1, 3) : 0);
        term = Math.max(1, term);
        history.append(term, terms.size() + 1, terms.size() + 1);
        terms.add(term);
      }
      assertThat(history.lastIndex()).isEqualTo(terms.size());
      long index = random.between(1, terms.size() + 2);
      boolean exists = index <= terms.size();
      assertThat(history.termAt(index)).isEqualTo(exists ? terms.get((int) index - 1) : -1);
      if (exists) {
        assertThat(history.firstIndexOfTermAt(index))
            .isEqualTo(terms.indexOf(terms.get((int) index - 1)) + 1);
      }
    }
  }
}
