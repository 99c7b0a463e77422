package io.raftlog.jepsen.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.jepsen.cluster.Topology.Direction;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopologyTest {
  private static final List<String> THREE = List.of("n1", "n2", "n3");

  @Test
  void shouldFindAMajorityWhenOneIsDown() {
    assertThat(new Topology(THREE, Set.of("n1", "n3"), Set.of()).majorityCanTalk()).isTrue();
  }

  @Test
  void shouldFindNoMajorityWhenTwoAreDown() {
    assertThat(new Topology(THREE, Set.of("n3"), Set.of()).majorityCanTalk()).isFalse();
  }

  @Test
  void shouldNotCountNodesThatHearOneWayOnly() {
    Set<Direction> cut = Set.of(new Direction("n1", "n2"));

    assertThat(new Topology(THREE, Set.of("n1", "n2"), cut).majorityCanTalk()).isFalse();
    assertThat(new Topology(THREE, Set.copyOf(THREE), cut).majorityCanTalk()).isTrue();
  }
}
