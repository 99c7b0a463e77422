package io.raftlog.jepsen.client;

import io.raftlog.jepsen.history.HistoryWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sends everything twice and out of order: in each round the next few sequences, two times each,
 * shuffled, every call through any node. Most calls are refused or duplicates.
 */
final class StormProducer extends ProducerClient {
  private static final double SENDS_A_LIST = 0.2;

  private final int maxSequences;

  StormProducer(
      String name,
      SplittableRandom random,
      HistoryWriter history,
      Servers servers,
      double stepMillis,
      int maxSequences) {
    super(name, random, history, servers, stepMillis);
    this.maxSequences = maxSequences;
  }

  @Override
  void step() {
    if (!isIdle() || (isStopping() && isDone())) {
      return;
    }
    List<Long> calls = new ArrayList<>();
    int sequences = isStopping() ? 1 : 1 + random.nextInt(maxSequences);
    for (int i = 0; i < sequences; i++) {
      calls.add(proven() + i);
      calls.add(proven() + i);
    }
    shuffle(calls);
    for (long sequence : calls) {
      @Nullable String node = anyNode();
      if (node != null) {
        call(node, sequence, drawList(sequence, isStopping() ? 0 : SENDS_A_LIST));
      }
    }
  }

  private void shuffle(List<Long> calls) {
    for (int i = calls.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      Long moved = calls.get(i);
      calls.set(i, calls.get(j));
      calls.set(j, moved);
    }
  }

  /** The next round begins with what is not proven. */
  @Override
  void onFailure(boolean definitely) {}
}
