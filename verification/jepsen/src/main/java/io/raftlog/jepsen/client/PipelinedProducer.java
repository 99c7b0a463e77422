package io.raftlog.jepsen.client;

import io.raftlog.jepsen.history.HistoryWriter;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sends many appends without waiting, through one node for a while, then through another. After a
 * failure it goes back to the first sequence that it has no proof of, sometimes before it knows
 * what became of the others.
 */
final class PipelinedProducer extends ProducerClient {
  private static final double CHANGES_NODE = 0.05;
  private static final double SENDS_TWICE = 0.02;
  private static final double SKIPS_A_SEQUENCE = 0.003;
  private static final double SENDS_A_LIST = 0.2;
  private static final double IS_IMPATIENT = 0.1;

  private final int window;
  private final int maxBurst;
  private @Nullable String through;
  private long next;
  private boolean goingBack;

  PipelinedProducer(
      String name,
      SplittableRandom random,
      HistoryWriter history,
      Servers servers,
      double stepMillis,
      int window,
      int maxBurst) {
    super(name, random, history, servers, stepMillis);
    this.window = window;
    this.maxBurst = maxBurst;
  }

  @Override
  void step() {
    if (goingBack && (isIdle() || random.nextDouble() < IS_IMPATIENT)) {
      goingBack = false;
      through = null;
      next = proven();
    }
    if (goingBack || (isStopping() && isIdle() && isDone())) {
      return;
    }
    if (isStopping() && isIdle()) {
      next = proven();
    }
    if (through == null || random.nextDouble() < CHANGES_NODE) {
      through = anyNode();
    }
    next = Math.max(next, proven());
    String node = through;
    int burst = isStopping() ? 1 : 1 + random.nextInt(maxBurst);
    while (node != null && burst-- > 0 && next < proven() + window && !goingBack) {
      send(node);
    }
  }

  private void send(String node) {
    if (!isStopping() && random.nextDouble() < SKIPS_A_SEQUENCE) {
      next++;
    }
    int count = drawList(next, SENDS_A_LIST);
    if (random.nextDouble() < SENDS_TWICE) {
      call(node, next, count);
    }
    if (call(node, next, count)) {
      next += count;
    } else {
      goingBack = true;
    }
  }

  @Override
  void onFailure(boolean definitely) {
    goingBack = true;
  }
}
