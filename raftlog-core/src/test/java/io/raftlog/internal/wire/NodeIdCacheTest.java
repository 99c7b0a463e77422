package io.raftlog.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import org.junit.jupiter.api.Test;

class NodeIdCacheTest {
  private final NodeIdCache cache = new NodeIdCache();

  @Test
  void shouldReturnTheSameIdAgain() {
    assertThat(cache.of("from", "n1")).isSameAs(cache.of("from", "n1"));
  }

  @Test
  void shouldStopGrowingWhenFull() {
    // when
    for (int i = 0; i < 2 * NodeIdCache.CAPACITY; i++) {
      assertThat(cache.of("from", "n" + i)).isEqualTo(new NodeId("n" + i));
    }

    // then
    assertThat(cache.size()).isEqualTo(NodeIdCache.CAPACITY);
  }
}
