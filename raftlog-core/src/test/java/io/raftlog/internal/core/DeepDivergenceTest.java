package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.message.AppendResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** testing.md, numbers to reproduce: a deeply diverged log is repaired in a round trip per term. */
final class DeepDivergenceTest {
  private static final int ENTRIES = 100_000;
  private static final int TERMS = 300;

  /** One entry of term 1, then so many entries of even, or of odd, terms. */
  private static List<Extent> log(CoreCluster cluster, int parity) {
    StringBuilder terms = new StringBuilder("1");
    for (int i = 0; i < ENTRIES; i++) {
      int term = 2 + 2 * (int) ((long) i * TERMS / ENTRIES) + parity;
      terms.append(' ').append(term);
    }
    return cluster.extents(1, terms.toString());
  }

  @Test
  void shouldConvergeWithARejectionPerTerm() {
    CoreCluster cluster = CoreCluster.of(3).holdTimers();
    HardState state = new HardState(2 * TERMS + 1, null, CoreCluster.FORMATION);
    List<Extent> leaders = log(cluster, 1);
    cluster.server("n1").disk().preset(state, leaders, 0);
    cluster.server("n2").disk().preset(state, leaders, 0);
    cluster.server("n3").disk().preset(state, log(cluster, 0), 0);
    AtomicInteger rejections = new AtomicInteger();
    cluster
        .network()
        .tap(
            e -> {
              if (e.message() instanceof AppendResponse response && !response.success()) {
                rejections.incrementAndGet();
              }
            });
    cluster.start();

    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();

    assertThat(cluster.server("n3").log()).isEqualTo(cluster.server("n1").log());
    assertThat(rejections.get()).isLessThanOrEqualTo(TERMS + 10);
  }
}
