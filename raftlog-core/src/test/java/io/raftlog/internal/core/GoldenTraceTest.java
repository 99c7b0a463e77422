package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.message.AppendResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What whole clusters say and write, event by event, so that a change of the protocol's behaviour
 * is a diff to be read. With {@code -Dgolden.update=true} the traces are written anew.
 */
final class GoldenTraceTest {
  private static CoreCluster ledByN1(String... logs) {
    CoreCluster cluster = CoreCluster.withLogs(logs).holdTimers().start();
    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();
    cluster.run(10);
    return cluster;
  }

  @Test
  void shouldElectFirstLeaderOfThree() {
    CoreCluster cluster = CoreCluster.of(3);
    cluster.trace().start();

    cluster.start();
    cluster.settle();

    assertGolden("first_election", cluster);
  }

  @Test
  void shouldRefusePreVoteWhileLeaderIsAlive() {
    CoreCluster cluster = ledByN1("1", "1", "1");
    cluster.trace().start();

    cluster.trace().note("n3 loses patience");
    cluster.server("n3").expireTimer();
    cluster.run(110);

    assertGolden("pre_vote_refused", cluster);
  }

  @Test
  void shouldStepDownWhenQuorumIsLost() {
    CoreCluster cluster = ledByN1("1", "1", "1");
    cluster.trace().start();

    cluster.trace().note("n1 is cut off, then asked to append and to read");
    cluster.isolate("n1");
    cluster.server("n1").append(100);
    cluster.server("n1").read();
    cluster.run(600);
    cluster.trace().note("the others may elect");
    cluster.server("n2").expireTimer();
    cluster.run(10);
    cluster.trace().note("n1 is back");
    cluster.network().heal();
    cluster.run(110);

    assertGolden("check_quorum", cluster);
  }

  @Test
  void shouldRepairDivergentLog() {
    // Figure 7: the leader for term 8, and follower (f).
    String leader = "1 1 1 4 4 5 5 6 6 6";
    CoreCluster cluster =
        CoreCluster.withLogs(leader, leader, "1 1 1 2 2 2 3 3 3 3 3").holdTimers();
    cluster.trace().start();
    cluster.start();

    assertThat(cluster.elect("n1")).isTrue();
    cluster.settle();

    assertGolden("divergent_log", cluster);
  }

  @Test
  void shouldCommitWhenAcknowledgementsWereLost() {
    CoreCluster cluster = ledByN1("1", "1", "1");
    cluster.trace().start();

    cluster.trace().note("acknowledgements are lost");
    cluster.network().drop(e -> e.message() instanceof AppendResponse);
    cluster.server("n1").append(100);
    cluster.run(10);
    cluster.trace().note("and no more");
    cluster.network().heal();
    cluster.settle();

    assertGolden("lost_acknowledgement", cluster);
  }

  @Test
  void shouldRunASingleNode() {
    CoreCluster cluster = CoreCluster.of(1);
    cluster.trace().start();

    cluster.start();
    cluster.run(1);
    cluster.trace().note("two appends and a read");
    cluster.server("n1").append(100);
    cluster.server("n1").append(100);
    cluster.server("n1").read();
    cluster.run(1);
    cluster.crash("n1");
    cluster.restart("n1");
    cluster.run(1);

    assertGolden("single_node", cluster);
  }

  @Test
  void shouldTransferLeadership() {
    CoreCluster cluster = ledByN1("1", "1", "1");
    cluster.trace().start();

    cluster.trace().note("n1 appends, and hands over");
    cluster.server("n1").append(100);
    cluster.server("n1").transferLeadership();
    cluster.run(10);
    cluster.settle();

    assertGolden("leadership_transfer", cluster);
  }

  @Test
  void shouldReadmitWipedNode() {
    CoreCluster cluster = ledByN1("1 1 1", "1 1 1", "1 1 1");
    cluster.trace().start();

    cluster.trace().note("n3 loses its disk");
    Server fresh = cluster.wipe("n3");
    assertThat(
            cluster.runUntil(
                () ->
                    fresh.core().standing() == Standing.VOTER
                        && !Objects.requireNonNull(fresh.core().membership()).isJoint(),
                5_000))
        .isTrue();
    cluster.settle();

    assertGolden("wiped_node", cluster);
  }

  private static void assertGolden(String name, CoreCluster cluster) {
    List<String> lines = cluster.trace().lines();
    String actual = String.join("\n", lines) + "\n";
    if (Boolean.getBoolean("golden.update")) {
      write(name, actual);
    }
    assertThat(actual)
        .as(
            "the trace golden/core/%s.txt. If the change is intended: mvn -pl raftlog-core test"
                + " -Dtest=GoldenTraceTest -Dgolden.update=true, and read the diff",
            name)
        .isEqualTo(read(name));
  }

  private static void write(String name, String trace) {
    try {
      Path directory = Path.of("src/test/resources/golden/core");
      Files.createDirectories(directory);
      Files.writeString(directory.resolve(name + ".txt"), trace);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(String name) {
    if (Boolean.getBoolean("golden.update")) {
      return readFile(name);
    }
    String path = "/golden/core/" + name + ".txt";
    try (InputStream in = GoldenTraceTest.class.getResourceAsStream(path)) {
      return new String(Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String readFile(String name) {
    try {
      return Files.readString(Path.of("src/test/resources/golden/core", name + ".txt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
