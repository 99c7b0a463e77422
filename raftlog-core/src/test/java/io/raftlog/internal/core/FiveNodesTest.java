package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A cluster of five nodes, and the even sizes beside it. */
final class FiveNodesTest {
  private static CoreCluster five() {
    CoreCluster cluster = CoreCluster.of(5).start();
    cluster.settle();
    return cluster;
  }

  @Test
  @DisplayName("two failures are survived")
  void shouldCommitWhenTwoOfFiveAreDown() {
    CoreCluster cluster = five();
    for (int i = 0; i < 2; i++) {
      cluster.awaitLeader().crash(0);
    }

    cluster.appendAndSettle(3);

    assertThat(cluster.running()).hasSize(3);
  }

  @Test
  @DisplayName("three failures are not, and nothing is committed")
  void shouldNotCommitWhenThreeOfFiveAreDown() {
    CoreCluster cluster = five();
    Server leader = cluster.awaitLeader();
    List<Server> others = cluster.running().stream().filter(s -> s != leader).toList();
    others.stream().limit(3).forEach(s -> s.crash(0));

    long index = leader.append(100);
    cluster.run(10_000);

    assertThat(leader.commitIndex()).isLessThan(index);
    assertThat(cluster.leader()).isNull();
    others.stream().limit(3).forEach(Server::start);
    cluster.settle();
  }

  @Test
  @DisplayName("the larger side of a partition goes on, the smaller follows afterwards")
  void shouldCommitOnTheLargerSideOfAPartition() {
    CoreCluster cluster = five();
    Server old = cluster.awaitLeader();
    String other = old.id().value().equals("n5") ? "n4" : "n5";
    cluster.partition(Set.of(old.id().value(), other));
    old.append(100);

    assertThat(
            cluster.runUntil(
                () -> {
                  Server leader = cluster.leader();
                  return leader != null && leader != old && leader.commitIndex() > 1;
                },
                5_000))
        .isTrue();
    assertThat(old.leads()).isFalse();
    cluster.appendAndCommit(cluster.awaitLeader(), 3);

    cluster.network().heal();
    cluster.settle();
    assertThat(cluster.running()).hasSize(5);
  }

  @Test
  @DisplayName("a log of four survives one failure, of two none")
  void shouldNeedMoreThanHalf() {
    CoreCluster four = CoreCluster.of(4).start();
    four.settle();
    four.awaitLeader().crash(0);
    four.appendAndSettle(1);
    four.awaitLeader().crash(0);
    four.run(5_000);
    assertThat(four.leader()).isNull();

    CoreCluster two = CoreCluster.of(2).start();
    two.settle();
    two.awaitLeader().crash(0);
    two.run(5_000);
    assertThat(two.leader()).isNull();
    two.everybody().stream().filter(s -> !s.isUp()).forEach(Server::start);
    two.appendAndSettle(1);
  }

  @Test
  @DisplayName("§5.2: elections of five, each a candidate at the same time, end")
  void shouldElectWhenAllStandAtOnce() {
    for (int seed = 1; seed <= 20; seed++) {
      CoreCluster cluster = CoreCluster.withLogs(seed, "1", "1", "1", "1", "1").start();
      cluster.running().forEach(Server::expireTimer);

      cluster.awaitLeader(5_000);
    }
  }
}
