package io.raftlog.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.jepsen.cluster.Topology;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CutTest {
  private static final List<String> THREE = List.of("n1", "n2", "n3");
  private static final List<String> FIVE = List.of("n1", "n2", "n3", "n4", "n5");

  @Test
  void shouldCutIntoAMinorityAndAMajority() {
    assertThat(describe(Cut.HALVES, FIVE)).isEqualTo("n1-n3 n1-n4 n1-n5 n2-n3 n2-n4 n2-n5");
    assertThat(majorityCanTalk(Cut.HALVES, FIVE)).isTrue();
  }

  @Test
  void shouldLeaveEverybodyAMajorityInARing() {
    assertThat(describe(Cut.RING, FIVE)).isEqualTo("n1-n3 n1-n4 n2-n4 n2-n5 n3-n5");
    assertThat(majorityCanTalk(Cut.RING, FIVE)).isFalse();
    assertThat(describe(Cut.RING, THREE)).isEqualTo("n1-n3");
  }

  @Test
  void shouldLeaveABridge() {
    assertThat(describe(Cut.BRIDGE, FIVE)).isEqualTo("n1-n4 n1-n5 n2-n4 n2-n5");
    assertThat(majorityCanTalk(Cut.BRIDGE, FIVE)).isTrue();
  }

  @Test
  void shouldIsolateTheFirst() {
    assertThat(describe(Cut.FIRST, THREE)).isEqualTo("n1-n2 n1-n3");
  }

  @Test
  void shouldCutOneDirectionOnly() {
    for (int seed = 0; seed < 20; seed++) {
      Set<Topology.Direction> cut = Cut.ONE_WAY.directions(FIVE, new SplittableRandom(seed));

      assertThat(cut)
          .isNotEmpty()
          .noneMatch(one -> cut.contains(new Topology.Direction(one.to(), one.from())));
    }
  }

  private static String describe(Cut cut, List<String> nodes) {
    return Strikes.describe(cut.directions(nodes, new SplittableRandom(1)));
  }

  private static boolean majorityCanTalk(Cut cut, List<String> nodes) {
    return new Topology(nodes, Set.copyOf(nodes), cut.directions(nodes, new SplittableRandom(1)))
        .majorityCanTalk();
  }
}
