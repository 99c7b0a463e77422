package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.core.Effects.RoleChange;
import io.raftlog.internal.core.Role;
import io.raftlog.internal.core.Standing;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplicaLogTest {
  private static final RoleChange FOLLOWER = new RoleChange(Role.Kind.FOLLOWER, 1, Configs.node(2));
  private static final RoleChange ASKING = new RoleChange(Role.Kind.PRE_CANDIDATE, 1, null);

  private final ReplicaLog log = new ReplicaLog(Configs.of(1, 3, 10, 0));
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
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    bytes.reset();
    return lines;
  }

  private void tell(RoleChange... changes) {
    for (RoleChange change : changes) {
      log.roleChanged(change, Standing.VOTER);
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
  void shouldTellEverMoreRarelyOfALeaderThatIsLostAndFoundAgainAndAgain() {
    tell(FOLLOWER);
    for (int i = 0; i < 10_000; i++) {
      tell(ASKING, FOLLOWER);
    }

    assertThat(lines())
        .hasSizeLessThan(35)
        .filteredOn(line -> line.contains("election timeout may be too short"))
        .hasSize(1);
  }

  @Test
  void shouldTellOfANewTermAtOnce() {
    tell(FOLLOWER);
    for (int i = 0; i < 100; i++) {
      tell(ASKING, FOLLOWER);
    }
    assertThat(lines()).isNotEmpty();

    tell(new RoleChange(Role.Kind.FOLLOWER, 2, Configs.node(3)));

    assertThat(lines()).hasSize(1);
  }
}
