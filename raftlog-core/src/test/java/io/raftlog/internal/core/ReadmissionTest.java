package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.entry.Membership;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A node whose disk was wiped comes back as another incarnation and is re-admitted (§6). */
final class ReadmissionTest {
  private static boolean votes(CoreCluster cluster, Server server) {
    Membership membership = cluster.checks().committedMembership();
    return membership != null && !membership.isJoint() && membership.contains(server.member());
  }

  @Test
  @DisplayName("§6: a voter that has not seen the change helps to elect one who has")
  void shouldElectReadmittedNodeWhenVoterHasNotHeardOfItsReadmission() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1", "1", "1").holdTimers().start();
    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();
    cluster.isolate("n5");
    Server fresh = cluster.wipe("n2");
    fresh.holdTimer();
    assertThat(cluster.runUntil(() -> votes(cluster, fresh), 5_000)).isTrue();
    cluster.isolate("n4");
    cluster.server("n1").append(100);
    cluster.run(300);
    assertThat(fresh.commitIndex()).isGreaterThan(cluster.server("n4").log().size());

    cluster.crash("n1");
    cluster.crash("n3");
    cluster.network().heal();

    assertThat(cluster.elect("n2")).isTrue();
    cluster.settle();
  }

  @Test
  @DisplayName("a log that is never idle for a heartbeat re-admits as well")
  void shouldReadmitWhenLogIsBusy() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").holdTimers().start();
    assertThat(cluster.elect("n1")).isTrue();
    Server fresh = cluster.wipe("n3");

    for (int i = 0; i < 200 && !votes(cluster, fresh); i++) {
      cluster.server("n1").append(100);
      cluster.run(20);
    }

    assertThat(votes(cluster, fresh)).isTrue();
  }

  @Test
  @DisplayName("§5.1: a leader steps down for a higher term, also of a node that does not vote")
  void shouldCatchUpWhenWipedNodesTermIsHigherThanTheLeaders() {
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").start();
    cluster.crash("n3");
    cluster.awaitLeader();
    Server fresh = cluster.replace("n3");
    fresh.disk().preset(new HardState(9, null, CoreCluster.FORMATION), cluster.extents(1, "1"), 0);

    fresh.start();

    assertThat(cluster.runUntil(() -> votes(cluster, fresh), 10_000)).isTrue();
    cluster.settle();
  }

  @Test
  @DisplayName("§6: a leader that the new membership leaves out steps down when it is committed")
  void shouldStepDownWhenNewMembershipLeavesTheLeaderOut() {
    // n1 was about to be re-admitted under a second incarnation, when its first disk came back.
    CoreCluster cluster = CoreCluster.withLogs("1", "1", "1").holdTimers();
    List<Extent> extents = new ArrayList<>(cluster.extents(1, "1"));
    Membership joint =
        cluster
            .firstMembership()
            .readmitting(cluster.ids().get(0), CoreCluster.incarnation("n1", 2));
    extents.add(new Extent(2, 2, 100, joint));
    for (Server server : cluster.everybody()) {
      server.disk().preset(new HardState(2, null, CoreCluster.FORMATION), extents, 1);
    }
    cluster.checks().preset(cluster.server("n1").disk().log().subList(0, 1));
    cluster.start();
    Server first = cluster.server("n1");
    assertThat(cluster.elect("n1")).isTrue();

    assertThat(cluster.runUntil(() -> !first.leads(), 1_000)).isTrue();
    assertThat(first.core().standing()).isEqualTo(Standing.AWAITING_READMISSION);
    cluster.everybody().forEach(Server::freeTimer);
    assertThat(cluster.runUntil(() -> votes(cluster, first), 10_000)).isTrue();
    cluster.settle();
  }
}
