package io.raftlog.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.jepsen.cluster.Capabilities;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultTest {
  @Test
  void shouldFindFaultsByTheirOwnAndTheirGroupsNames() {
    assertThat(Fault.named("kill-leader,pause"))
        .containsExactly(
            Fault.KILL_LEADER, Fault.PAUSE_ONE, Fault.PAUSE_LEADER, Fault.PAUSE_MAJORITY);
    assertThat(Fault.named("all")).containsExactly(Fault.values());
    assertThat(Fault.named("none")).isEmpty();
  }

  @Test
  void shouldRefuseUnknownNames() {
    assertThatThrownBy(() -> Fault.named("kill,earthquake"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("earthquake");
  }

  @Test
  void shouldStrikeOnlyWithWhatTheMachineHas() {
    Capabilities nothing = new Capabilities("no", "no", "no", "no");

    List<Fault> possible =
        Fault.named("all").stream().filter(fault -> fault.isPossible(nothing)).toList();

    assertThat(possible)
        .contains(Fault.KILL_ALL, Fault.PAUSE_ONE, Fault.LINK_DELAY, Fault.ROLLING_RESTART)
        .doesNotContain(
            Fault.PARTITION_HALVES,
            Fault.LINK_LOSS,
            Fault.LINK_REORDER,
            Fault.DISK_FULL,
            Fault.POWER_ALL,
            Fault.CLOCK_JUMP);
    assertThat(nothing.missing()).hasSize(4).allMatch(line -> line.startsWith("SKIPPED: "));
  }
}
