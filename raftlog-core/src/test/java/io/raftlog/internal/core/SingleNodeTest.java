package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.core.Effects.ReadGrant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A cluster of one node. */
final class SingleNodeTest {
  private static CoreCluster alone() {
    CoreCluster cluster = CoreCluster.of(1).start();
    cluster.settle();
    return cluster;
  }

  @Test
  @DisplayName("it forms its cluster and leads as soon as its disk allows")
  void shouldLeadAtOnceWhenItIsAlone() {
    CoreCluster cluster = CoreCluster.of(1).start();
    Server node = cluster.server("n1");

    assertThat(cluster.runUntil(() -> node.commitIndex() == 1, 1)).isTrue();

    assertThat(node.leads()).isTrue();
    assertThat(node.core().standing()).isEqualTo(Standing.VOTER);
    assertThat(cluster.network().sent()).isZero();
  }

  @Test
  @DisplayName("shipped elsewhere: a single node's commit waited for a heartbeat")
  void shouldCommitAsSoonAsItsWriteIsDurable() {
    CoreCluster cluster = alone();
    Server node = cluster.server("n1");
    node.disk().stall();

    long index = node.append(100);
    cluster.run(5_000);
    assertThat(node.commitIndex()).isLessThan(index);
    assertThat(node.leads()).isTrue();

    node.completeOneWrite();
    assertThat(node.commitIndex()).isEqualTo(index);
  }

  @Test
  @DisplayName("it confirms itself for reads")
  void shouldGrantReadAtOnceWhenItIsAlone() {
    CoreCluster cluster = alone();
    Server node = cluster.server("n1");

    node.read();

    assertThat(node.reads()).containsExactly(new ReadGrant(1, 1));
  }

  @Test
  @DisplayName("shipped elsewhere: a restarted single node answered reads with index 0")
  void shouldNotAnswerReadWithAnOldIndexWhenItHasRestarted() {
    CoreCluster cluster = alone();
    Server node = cluster.server("n1");
    for (int i = 0; i < 5; i++) {
      node.append(100);
    }
    cluster.settle();
    node.crash(0);
    node.start();
    assertThat(node.core().commitIndex()).isLessThan(6);

    assertThat(cluster.runUntil(node::leads, 10)).isTrue();
    node.read();
    assertThat(node.reads()).isEmpty();
    cluster.run(1);

    assertThat(node.reads()).containsExactly(new ReadGrant(1, 7));
  }

  @Test
  @DisplayName("it keeps everything, and its formation, over restarts")
  void shouldKeepItsLogWhenItRestarts() {
    CoreCluster cluster = alone();
    Server node = cluster.server("n1");
    for (int i = 0; i < 10; i++) {
      node.append(100);
      cluster.settle();
      node.crash(0);
      node.start();
      cluster.settle();
    }

    assertThat(node.terms()).isEqualTo("1 1 2 2 3 3 4 4 5 5 6 6 7 7 8 8 9 9 10 10 11");
  }

  @Test
  @DisplayName("a wiped single node is a new cluster: there is nobody to know better")
  void shouldFormANewClusterWhenItIsWiped() {
    CoreCluster cluster = CoreCluster.of(1).start();
    cluster.run(10);
    HardState first = cluster.server("n1").core().hardState();

    CoreCluster other = CoreCluster.of(1, 99).start();
    other.run(10);

    assertThat(first.isFormed()).isTrue();
    assertThat(other.server("n1").core().hardState().formation()).isNotEqualTo(first.formation());
  }
}
