package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A leader that has lost its quorum steps down (thesis §6.2). */
final class CheckQuorumTest {
  private static CoreCluster ledByN1(int nodes) {
    String[] logs = new String[nodes];
    java.util.Arrays.fill(logs, "1");
    CoreCluster cluster = CoreCluster.withLogs(logs).holdTimers().start();
    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();
    return cluster;
  }

  @Test
  @DisplayName("§6.2: after an election timeout without a majority it steps down")
  void shouldStepDownWhenMajorityIsSilent() {
    CoreCluster cluster = ledByN1(3);

    cluster.isolate("n1");
    cluster.run(380);
    assertThat(cluster.server("n1").leads()).isTrue();

    cluster.run(200);
    assertThat(cluster.server("n1").leads()).isFalse();
    assertThat(cluster.server("n1").core().role().leader()).isNull();
  }

  @Test
  @DisplayName("design: a leader without a quorum also stops its heartbeats")
  void shouldSendNoMoreHeartbeatsWhenItHasSteppedDown() {
    CoreCluster cluster = ledByN1(3);
    // n2 and n3 hear n1, and are not heard.
    cluster.network().cut("n2", "n1");
    cluster.network().cut("n3", "n1");
    cluster.run(700);
    int sent = cluster.network().sent();

    cluster.run(2_000);

    assertThat(cluster.network().sent()).isEqualTo(sent);
  }

  @Test
  @DisplayName("design: so a leader that is heard but hears nothing is replaced")
  void shouldElectAnotherWhenLeaderHearsNothing() {
    CoreCluster cluster = ledByN1(3);
    cluster.everybody().forEach(Server::freeTimer);

    cluster.network().cut("n2", "n1");
    cluster.network().cut("n3", "n1");

    assertThat(
            cluster.runUntil(
                () -> cluster.server("n2").leads() || cluster.server("n3").leads(), 4_000))
        .isTrue();
    cluster.awaitLeader();
  }

  @Test
  @DisplayName("one of two followers is a majority with the leader")
  void shouldKeepLeadingWhenOneOfTwoFollowersAnswers() {
    CoreCluster cluster = ledByN1(3);

    cluster.crash("n3");
    cluster.run(5_000);

    assertThat(cluster.server("n1").leads()).isTrue();
  }

  @Test
  @DisplayName("five nodes: two followers that answer are enough, one is not")
  void shouldCountMajorityOfFive() {
    CoreCluster cluster = ledByN1(5);
    cluster.crash("n5");
    cluster.crash("n4");
    cluster.run(3_000);
    assertThat(cluster.server("n1").leads()).isTrue();

    cluster.crash("n3");
    cluster.run(600);

    assertThat(cluster.server("n1").leads()).isFalse();
  }

  @Test
  @DisplayName("the majority must answer at one time, not each now and then")
  void shouldKeepLeadingWhenFollowersTakeTurns() {
    CoreCluster cluster = ledByN1(3);

    for (int i = 0; i < 10; i++) {
      cluster.isolate(i % 2 == 0 ? "n2" : "n3");
      cluster.run(400);
      cluster.network().heal();
      cluster.run(150);
    }

    assertThat(cluster.server("n1").leads()).isTrue();
  }

  @Test
  @DisplayName("a follower with a slow disk still answers heartbeats")
  void shouldKeepLeadingWhenAllDisksHang() {
    CoreCluster cluster = ledByN1(3);
    cluster.everybody().forEach(s -> s.disk().stall());
    long index = cluster.server("n1").append(100);

    cluster.run(5_000);
    assertThat(cluster.server("n1").leads()).isTrue();
    assertThat(cluster.server("n1").commitIndex()).isLessThan(index);

    cluster.everybody().forEach(s -> s.disk().resume());
    cluster.settle();
  }

  @Test
  @DisplayName("rejections are answers too")
  void shouldKeepLeadingWhenFollowerRejects() {
    LoneCore lone = LoneCore.leader(3, 2, "1 1 1 1");

    for (int i = 0; i < 20; i++) {
      lone.advance(100);
      List<AppendRequest> requests = lone.sentTo("n2", AppendRequest.class);
      long last = requests.get(requests.size() - 1).requestId();
      lone.receive("n2", new AppendResponse(2, last, false, 0, 99, 0, 0, 1, false));
    }

    assertThat(lone.role()).isEqualTo(Role.Kind.LEADER);
  }

  @Test
  @DisplayName("a node that does not vote does not count")
  void shouldStepDownWhenOnlyAWipedNodeAnswers() {
    CoreCluster cluster = ledByN1(3);
    cluster.wipe("n2");
    cluster.crash("n3");

    cluster.run(1_200);

    assertThat(cluster.server("n1").leads()).isFalse();
  }
}
