package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.Envelope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When an entry is committed (§5.3, §5.4.2), with the paper's figures 7 and 8. */
final class CommitTest {
  @Test
  @DisplayName("§5.3: an entry is committed when a majority has it on disk")
  void shouldCommitWhenMajorityHasTheEntry() {
    LoneCore lone = LoneCore.leader(5, 2, "1");

    lone.receive("n2", LoneCore.acknowledgement(2, 1, 2));
    assertThat(lone.core().commitIndex()).isZero();

    lone.receive("n3", LoneCore.acknowledgement(2, 2, 2));
    assertThat(lone.core().commitIndex()).isEqualTo(2);
  }

  @Test
  @DisplayName("the leader's own disk counts like any other, and only when it has the entry")
  void shouldNotCountItselfBeforeItsOwnWriteIsDurable() {
    LoneCore lone = LoneCore.leader(3, 2, "1");
    lone.receive("n2", LoneCore.acknowledgement(2, 1, 2));
    lone.disk().stall();
    long index = lone.server().append(100);

    lone.receive("n2", LoneCore.acknowledgement(2, 3, index));
    assertThat(lone.core().commitIndex()).isEqualTo(index - 1);

    lone.server().completeOneWrite();
    assertThat(lone.core().commitIndex()).isEqualTo(index);
  }

  @Test
  @DisplayName("a majority of followers is enough while the leader's disk is slow")
  void shouldCommitWithoutItsOwnDiskWhenMajorityOfOthersHasTheEntry() {
    LoneCore lone = LoneCore.leader(3, 2, "1");
    lone.receive("n2", LoneCore.acknowledgement(2, 1, 2));
    lone.receive("n3", LoneCore.acknowledgement(2, 2, 2));
    lone.disk().stall();
    long index = lone.server().append(100);

    lone.receive("n2", LoneCore.acknowledgement(2, 3, index));
    lone.receive("n3", LoneCore.acknowledgement(2, 4, index));

    assertThat(lone.core().commitIndex()).isEqualTo(index);
  }

  @Test
  @DisplayName("§5.4.2: an entry of an earlier term is not committed by counting")
  void shouldNotCommitEntryOfEarlierTermByCounting() {
    LoneCore lone = LoneCore.leader(3, 5, "1 2 3");

    lone.receive("n2", LoneCore.acknowledgement(5, 1, 3));
    assertThat(lone.core().commitIndex()).isZero();

    lone.receive("n2", LoneCore.acknowledgement(5, 1, 4));
    assertThat(lone.core().commitIndex()).isEqualTo(4);
  }

  @Test
  @DisplayName("shipped elsewhere: entries of old terms stayed uncommitted until the next write")
  void shouldCommitEntriesOfOldTermsWithoutANewWrite() {
    CoreCluster cluster = CoreCluster.withLogs("1 2 2 2", "1 2 2", "1").start();

    Server leader = cluster.awaitLeader();
    cluster.settle();

    assertThat(leader.terms()).startsWith("1 2 2");
    assertThat(cluster.running()).allMatch(s -> s.commitIndex() == leader.log().size());
  }

  /** Figure 7: whatever a follower's log looks like, the new leader of term 8 repairs it. */
  @ParameterizedTest(name = "({0}) {1}")
  @DisplayName("§5.3, figure 7: the new leader repairs every follower's log")
  @CsvSource({
    "a, 1 1 1 4 4 5 5 6 6",
    "b, 1 1 1 4",
    "c, 1 1 1 4 4 5 5 6 6 6 6",
    "d, 1 1 1 4 4 5 5 6 6 6 7 7",
    "e, 1 1 1 4 4 4 4",
    "f, 1 1 1 2 2 2 3 3 3 3 3",
  })
  void shouldRepairFollowersLogOfFigureSeven(String name, String log) {
    String own = "1 1 1 4 4 5 5 6 6 6";
    // A majority whose logs are those of the figure's leader elects it; log is the third node's.
    CoreCluster cluster = CoreCluster.withLogs(own, own, log).holdTimers();
    for (NodeId id : cluster.ids()) {
      Disk disk = cluster.server(id.value()).disk();
      List<Extent> extents = disk.log().stream().map(Disk.Entry::extent).toList();
      disk.preset(new HardState(7, null, CoreCluster.FORMATION), extents, 0);
    }
    cluster.start();

    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();

    assertThat(cluster.server("n1").core().term()).isEqualTo(8);
    assertThat(cluster.server("n3").terms()).isEqualTo(own + " 8");
  }

  @Test
  @DisplayName("§5.3, figure 7: all six followers at once")
  void shouldRepairAllLogsOfFigureSeven() {
    CoreCluster cluster =
        CoreCluster.withLogs(
                "1 1 1 4 4 5 5 6 6 6",
                "1 1 1 4 4 5 5 6 6",
                "1 1 1 4",
                "1 1 1 4 4 5 5 6 6 6 6",
                "1 1 1 4 4 5 5 6 6 6 7 7",
                "1 1 1 4 4 4 4",
                "1 1 1 2 2 2 3 3 3 3 3")
            .holdTimers();
    for (NodeId id : cluster.ids()) {
      Disk disk = cluster.server(id.value()).disk();
      List<Extent> extents = disk.log().stream().map(Disk.Entry::extent).toList();
      disk.preset(new HardState(7, null, CoreCluster.FORMATION), extents, 0);
    }
    cluster.start();

    // The votes of (a), (b), (e), (f) are enough, as the figure's caption says.
    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();

    assertThat(cluster.running()).allMatch(s -> s.terms().equals("1 1 1 4 4 5 5 6 6 6 8"));
  }

  /**
   * Up to (c) of figure 8: S1 leads term 4 and has brought its entry of term 2, the second, to a
   * majority; its own entry of term 4 has reached nobody. The first entry is the membership.
   */
  private static CoreCluster figureEight() {
    CoreCluster cluster = CoreCluster.withLogs("1 2", "1 2", "1", "1", "1 3").holdTimers();
    List<Long> terms = List.of(3L, 2L, 3L, 3L, 3L);
    for (int i = 0; i < 5; i++) {
      Disk disk = cluster.server("n" + (i + 1)).disk();
      List<Extent> extents = disk.log().stream().map(Disk.Entry::extent).toList();
      disk.preset(new HardState(terms.get(i), null, CoreCluster.FORMATION), extents, 0);
    }
    cluster.start().crash("n5");
    cluster.isolate("n4");
    return cluster;
  }

  @Test
  @DisplayName("§5.4.2, figure 8 (c), (d): an old entry on a majority may still be replaced")
  void shouldNotCommitOldEntryOfFigureEightWhenItIsOnlyOnAMajority() {
    CoreCluster cluster = figureEight();
    // (c) n1 is elected in term 4; its entry of that term, the third, reaches nobody.
    cluster
        .network()
        .drop(
            e -> e.message() instanceof AppendRequest r && r.prevIndex() + r.entries().size() > 2);
    assertThat(cluster.elect("n1")).isTrue();
    Server n1 = cluster.server("n1");
    List<Extent> second = new ArrayList<>(n1.log().stream().map(Disk.Entry::extent).toList());
    cluster.deliver(entryTwoTo("n3", n1, second.get(1)));
    cluster.run(300);
    assertThat(cluster.server("n3").terms()).isEqualTo("1 2");
    assertThat(n1.terms()).isEqualTo("1 2 4");
    assertThat(n1.commitIndex()).isZero();

    // (d) n5 is elected by n2, n3 and n4 and replaces the entry everywhere.
    cluster.crash("n1");
    cluster.network().heal();
    cluster.run(10);
    cluster.restart("n5");
    // The first time it only learns that term 4 has begun.
    assertThat(cluster.elect("n5")).isFalse();
    assertThat(cluster.elect("n5")).isTrue();
    cluster.settle();

    assertThat(cluster.server("n3").terms()).startsWith("1 3");
    assertThat(cluster.server("n2").terms()).startsWith("1 3");
  }

  private static Envelope entryTwoTo(String to, Server leader, Extent second) {
    return new Envelope(
        leader.id(),
        new NodeId(to),
        CoreCluster.FORMATION,
        leader.member().incarnation(),
        CoreCluster.incarnation(to, 1),
        new AppendRequest(leader.core().term(), 1, 1, 1, 0, List.of(second)));
  }

  @Test
  @DisplayName("§5.4.2, figure 8 (e): with an entry of the leader's term, the old one is safe")
  void shouldCommitOldEntryOfFigureEightWithAnEntryOfItsTerm() {
    CoreCluster cluster = figureEight();
    assertThat(cluster.elect("n1")).isTrue();
    assertThat(cluster.runUntil(() -> cluster.server("n1").commitIndex() == 3, 1_000)).isTrue();

    cluster.crash("n1");
    cluster.network().heal();
    cluster.restart("n5");

    // n5's log is behind now, whatever its term.
    assertThat(cluster.elect("n5")).isFalse();
    assertThat(cluster.elect("n5")).isFalse();
    assertThat(cluster.elect("n2")).isTrue();
    cluster.settle();
    assertThat(cluster.server("n5").terms()).startsWith("1 2 4");
  }
}
