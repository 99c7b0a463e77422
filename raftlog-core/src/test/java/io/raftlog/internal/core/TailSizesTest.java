package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TailSizesTest {
  private static TailSizes tenFromFive() {
    TailSizes sizes = new TailSizes(5);
    for (int i = 0; i < 10; i++) {
      sizes.add(100 + i);
    }
    return sizes;
  }

  @Test
  void shouldAddUpEntries() {
    TailSizes sizes = tenFromFive();

    assertThat(sizes.between(5, 5)).isEqualTo(100);
    assertThat(sizes.between(14, 14)).isEqualTo(109);
    assertThat(sizes.between(6, 8)).isEqualTo(101 + 102 + 103);
    assertThat(sizes.bytesAfter(12)).isEqualTo(108 + 109);
    assertThat(sizes.bytesAfter(14)).isZero();
    assertThat(sizes.bytesAfter(99)).isZero();
  }

  @Test
  void shouldNotCountEntriesThatItDoesNotKnow() {
    TailSizes sizes = tenFromFive();
    assertThat(sizes.bytesAfter(0)).isEqualTo(10 * 100 + 45);

    sizes.forgetBefore(13);

    assertThat(sizes.fromIndex()).isEqualTo(13);
    assertThat(sizes.bytesAfter(0)).isEqualTo(108 + 109);
    assertThatThrownBy(() -> sizes.between(12, 13)).isInstanceOf(InvariantViolation.class);
    assertThatThrownBy(() -> sizes.between(13, 15)).isInstanceOf(InvariantViolation.class);
  }

  @Test
  void shouldForgetEverythingButNoMore() {
    TailSizes sizes = tenFromFive();

    sizes.forgetBefore(1_000);
    assertThat(sizes.fromIndex()).isEqualTo(15);
    assertThat(sizes.bytesAfter(0)).isZero();

    sizes.forgetBefore(3);
    assertThat(sizes.fromIndex()).isEqualTo(15);
    sizes.add(7);
    assertThat(sizes.between(15, 15)).isEqualTo(7);
  }

  @Test
  void shouldGoBackWhenTruncatedBeforeWhatItKnows() {
    TailSizes sizes = tenFromFive();
    sizes.forgetBefore(10);

    sizes.truncate(3);
    sizes.add(50);

    assertThat(sizes.fromIndex()).isEqualTo(3);
    assertThat(sizes.between(3, 3)).isEqualTo(50);
    assertThat(sizes.bytesAfter(0)).isEqualTo(50);
  }

  @Test
  void shouldAnswerAsAPlainMapDoesWhateverHappens() {
    SeededRandom random = new SeededRandom(3);
    TailSizes sizes = new TailSizes(1);
    TreeMap<Long, Integer> plain = new TreeMap<>();
    long next = 1;
    for (int i = 0; i < 50_000; i++) {
      int dice = random.nextInt(100);
      if (dice < 94) {
        int bytes = (int) random.between(1, 1 << 20);
        sizes.add(bytes);
        plain.put(next++, bytes);
      } else if (dice < 97) {
        next = Math.max(1, next - random.nextLong(100));
        sizes.truncate(next);
        plain.tailMap(next).clear();
      } else {
        long from = Math.max(1, next - random.nextLong(300));
        sizes.forgetBefore(from);
        plain.headMap(from).clear();
      }
      assertThat(sizes.bytesAfter(0))
          .isEqualTo(plain.values().stream().mapToLong(Integer::longValue).sum());
      if (!plain.isEmpty()) {
        long to = random.between(plain.firstKey(), plain.lastKey());
        long from = Math.max(plain.firstKey(), to - random.nextLong(20));
        assertThat(sizes.between(from, to))
            .isEqualTo(plain.subMap(from, to + 1).values().stream().mapToInt(b -> b).sum());
      }
    }
  }
}
