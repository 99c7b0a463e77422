package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.core.Effects.RoleChange;
import io.raftlog.internal.core.Role;
import io.raftlog.internal.core.Standing;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplicaLogTest {
  private static final RoleChange FOLLOWER = new RoleChange(Role.Kind.FOLLOWER, 1, Configs.node(2));
  private static final RoleChange ASKING = new RoleChange(Role.Kind.PRE_CANDIDATE, 1, null);

  private final ReplicaLog log = new ReplicaLog(Configs.of(1, 3, 10, 0), 0);
  private long now;
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @BeforeEach
  void capture() {
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(before);
  }

  private List<String> lines() {
    List<String> lines =
        bytes
            .toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.contains(" log=log ")) // the others are of other tests' threads
            .toList();
    bytes.reset();
    return lines;
  }

  private void tell(RoleChange... changes) {
    for (RoleChange change : changes) {
      log.roleChanged(change, Standing.VOTER, now);
    }
  }

  @Test
  void shouldTellOfALeaderThatIsLostAndFound() {
    tell(FOLLOWER, FOLLOWER, ASKING, ASKING, FOLLOWER);

    assertThat(lines())
        .hasSize(3)
        .allMatch(line -> line.contains("node=n1 log=log role="))
        .last()
        .matches(line -> line.contains("role=FOLLOWER term=1 leader=n2 standing=VOTER"));
  }

  /** Seen: two lines with every heartbeat, for ever. */
  @Test
  void shouldTellMoreRarelyOfALeaderThatIsLostAndFoundAgainAndAgain() {
    for (int second = 0; second < 600; second++) {
      now += TimeUnit.SECONDS.toNanos(1);
      for (int i = 0; i < 10; i++) {
        tell(ASKING, FOLLOWER);
      }
      log.tellWithheld(Standing.VOTER, now);
    }

    assertThat(lines())
        .hasSizeBetween(30, 10 * 23)
        .filteredOn(line -> line.contains("times more within a minute"))
        .hasSizeBetween(9, 10);
  }

  @Test
  void shouldTellInTheEndWhatWasWithheld() {
    for (int i = 0; i < 100; i++) {
      tell(FOLLOWER, ASKING);
    }
    log.tellWithheld(Standing.VOTER, now);
    assertThat(lines()).hasSize(20);

    now += TimeUnit.MINUTES.toNanos(1);
    log.tellWithheld(Standing.VOTER, now);
    log.tellWithheld(Standing.VOTER, now);

    assertThat(lines())
        .hasSize(2)
        .last()
        .matches(line -> line.contains("role=PRE_CANDIDATE term=1 leader=null"));
  }

  /** Seen: those of months were counted together, and the next one was not told. */
  @Test
  void shouldTellOfEachThatIsLostNowAndThen() {
    for (int i = 0; i < 100; i++) {
      now += TimeUnit.MINUTES.toNanos(10);
      tell(FOLLOWER, ASKING);
    }

    assertThat(lines()).hasSize(200);
  }
}
