package io.raftlog.simulation.checkers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The linear check against an exhaustive search for an order, on many small random histories. */
class RealTimeOrderTest {
  private static final int HISTORIES = 200_000;

  /** An append or linearizable read between its call and its return; a read has no record. */
  private record Op(long invoked, long returned, boolean acknowledged, int record, int end) {}

  @Test
  void shouldAgreeWithAnExhaustiveSearch() {
    Random random = new Random(42);
    int linearizable = 0;
    for (int i = 0; i < HISTORIES; i++) {
      int records = 1 + random.nextInt(4);
      List<Op> ops = randomOps(random, records);
      boolean found = search(ops, new boolean[ops.size()], 0, records);

      assertThat(check(ops, records)).as("%s", ops).isEqualTo(found);
      linearizable += found ? 1 : 0;
    }

    assertThat(linearizable).isBetween(HISTORIES / 20, HISTORIES * 19 / 20);
  }

  private static List<Op> randomOps(Random random, int records) {
    int reads = random.nextInt(4);
    List<Integer> times = new ArrayList<>();
    for (int t = 1; t <= 2 * (records + reads); t++) {
      times.add(t);
    }
    if (random.nextInt(3) > 0) {
      // Mostly in order, or hardly any history would be linearizable.
      for (int swaps = 0; swaps < times.size(); swaps++) {
        int at = random.nextInt(times.size() - 1);
        Collections.swap(times, at, at + 1);
      }
    } else {
      Collections.shuffle(times, random);
    }
    List<Op> ops = new ArrayList<>();
    for (int i = 0; i < records + reads; i++) {
      long a = times.get(2 * i);
      long b = times.get(2 * i + 1);
      boolean acknowledged = i >= records || random.nextInt(4) > 0;
      int end = i < records ? -1 : random.nextInt(records + 1);
      ops.add(new Op(Math.min(a, b), Math.max(a, b), acknowledged, i < records ? i : -1, end));
    }
    return ops;
  }

  /**
   * Whether the remaining operations can happen in some order that agrees with when they were
   * called and returned. All records are in the log, so all appends happen, those without an answer
   * at any time after their call.
   */
  private static boolean search(List<Op> ops, boolean[] done, int end, int records) {
    boolean allDone = true;
    for (int i = 0; i < ops.size(); i++) {
      Op op = ops.get(i);
      if (done[i]) {
        continue;
      }
      allDone = false;
      boolean fits = op.record() >= 0 ? op.record() == end : op.end() == end;
      if (fits && mayBeNext(ops, done, op)) {
        done[i] = true;
        if (search(ops, done, op.record() >= 0 ? end + 1 : end, records)) {
          return true;
        }
        done[i] = false;
      }
    }
    return allDone;
  }

  private static boolean mayBeNext(List<Op> ops, boolean[] done, Op op) {
    for (int i = 0; i < ops.size(); i++) {
      Op other = ops.get(i);
      if (!done[i] && other.acknowledged() && other.returned() < op.invoked()) {
        return false;
      }
    }
    return true;
  }

  private static boolean check(List<Op> ops, int records) {
    List<RecordKey> log = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      log.add(new RecordKey("p" + i, 0, 0));
    }
    History history = new History();
    Append[] appends = new Append[ops.size()];
    long[] invoked = new long[ops.size()];
    for (long time = 1; time <= 2L * ops.size(); time++) {
      for (int i = 0; i < ops.size(); i++) {
        Op op = ops.get(i);
        if (op.invoked() == time && op.record() >= 0) {
          appends[i] = history.invoke("n", log.get(op.record()), 1);
        } else if (op.invoked() == time) {
          invoked[i] = history.tick();
        } else if (op.returned() == time && op.record() < 0) {
          history.read("n", true, 0, log.subList(0, op.end()), op.end(), invoked[i]);
        } else if (op.returned() == time && op.acknowledged()) {
          history.acknowledged(appends[i], op.record(), "");
        } else if (op.returned() == time) {
          history.failed(appends[i], false, "");
        }
      }
    }
    try {
      new RealTimeOrder().check(history, log);
      return true;
    } catch (Violation e) {
      return false;
    }
  }
}
