package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.internal.core.FollowerProgress.Mode;
import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.entry.Member;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class FollowerProgressTest {
  private static final UUID FIRST = new UUID(0, 1);
  private static final UUID SECOND = new UUID(0, 2);

  /** Nothing in memory begins before this index. */
  private static final long TAIL = 100;

  private static final int MAX_BYTES = 1 << 20;

  /** The request that a probe is sent with. */
  private static final long PROBE = 7;

  private static final CoreConfig CONFIG =
      new CoreConfig(
          new NodeId("n1"), FIRST, List.of(), 500, 100, 50, 1_000, 3, 9_999, new LogSettings(1, 1));

  private final FollowerProgress progress =
      new FollowerProgress(new Member(new NodeId("n2"), FIRST), 201, 0, 0);

  @Test
  void shouldProbeFromTheEndOfTheLogFirst() {
    assertThat(progress.mode()).isEqualTo(Mode.PROBE);
    assertThat(progress.nextIndex()).isEqualTo(201);
    assertThat(progress.matchIndex()).isZero();
  }

  private int probe(long nowNanos) {
    return progress.beginProbe(MAX_BYTES, PROBE, nowNanos);
  }

  @Test
  void shouldReplicateWhenTheLogsMeetInMemory() {
    progress.matched(200, PROBE, TAIL);

    assertThat(progress.mode()).isEqualTo(Mode.REPLICATE);
    assertThat(progress.nextIndex()).isEqualTo(201);
  }

  @Test
  void shouldKeepProbingWhenTheLogsMeetBeforeWhatIsInMemory() {
    progress.probeFrom(50);
    probe(0);

    progress.matched(70, PROBE, TAIL);

    assertThat(progress.mode()).isEqualTo(Mode.PROBE);
    assertThat(progress.nextIndex()).isEqualTo(71);
    assertThat(progress.awaitsProbe(1, 500)).isFalse();
  }

  @Test
  @DisplayName(
      "that the logs agree before the probe's entries does not mean that they have arrived")
  void shouldWaitForTheProbesEntriesWhenOnlyTheEntryBeforeIsAcknowledged() {
    progress.probeFrom(50);
    probe(0);

    progress.matched(49, PROBE, TAIL);
    assertThat(progress.awaitsProbe(1, 500)).isTrue();

    progress.matched(60, PROBE, TAIL);
    assertThat(progress.awaitsProbe(1, 500)).isFalse();
  }

  @Test
  @DisplayName("what was pipelined before the probe does not tell that the probe has arrived")
  void shouldWaitForTheProbesEntriesWhenRequestsFromBeforeAreAnswered() {
    progress.probeFrom(50);
    probe(0);

    progress.matched(52, PROBE - 1, TAIL);
    assertThat(progress.awaitsProbe(1, 500)).isTrue();
    assertThat(progress.nextIndex()).isEqualTo(53);

    progress.matched(60, PROBE, TAIL);
    assertThat(progress.awaitsProbe(1, 500)).isFalse();
  }

  @Test
  @DisplayName("a heartbeat that overtook the probe says nothing of where the probe begins")
  void shouldKeepProbingWhenTheLogsAgreeOnlyUpToAnEarlierPlace() {
    probe(0);
    progress.probeCarries(205, 400);

    progress.matched(150, PROBE, TAIL);

    assertThat(progress.mode()).isEqualTo(Mode.PROBE);
    assertThat(progress.nextIndex()).isEqualTo(201);
    assertThat(progress.awaitsProbe(1, 500)).isTrue();
  }

  @Test
  @DisplayName("on a slow link a probe is not followed by ever more copies of itself")
  void shouldBeMorePatientAndSendLessEachTimeToAFollowerThatIsHeardOf() {
    assertThat(probe(0)).isEqualTo(MAX_BYTES);
    progress.lastContactNanos = 100;
    assertThat(probe(500)).isEqualTo(MAX_BYTES / 4);
    assertThat(progress.awaitsProbe(1_499, 500)).isTrue();
    assertThat(progress.awaitsProbe(1_500, 500)).isFalse();

    progress.lastContactNanos = 600;
    assertThat(probe(1_500)).isEqualTo(MAX_BYTES / 16);
    assertThat(progress.awaitsProbe(3_499, 500)).isTrue();
    assertThat(progress.awaitsProbe(3_500, 500)).isFalse();
  }

  @Test
  void shouldSendMoreAgainWhenProbesAreAnsweredAtTheFirstTry() {
    progress.probeFrom(50);
    probe(0);
    progress.lastContactNanos = 100;
    probe(500);
    progress.matched(50, PROBE, TAIL);
    assertThat(probe(600)).isEqualTo(MAX_BYTES / 4);

    progress.matched(51, PROBE, TAIL);

    assertThat(probe(700)).isEqualTo(MAX_BYTES);
  }

  @Test
  void shouldNotBeMorePatientWithAFollowerThatIsNotHeardOf() {
    probe(0);
    assertThat(probe(500)).isEqualTo(MAX_BYTES);

    assertThat(progress.awaitsProbe(1_000, 500)).isFalse();
  }

  @Test
  void shouldNotWaitForAProbeForEver() {
    probe(10);

    assertThat(progress.awaitsProbe(509, 500)).isTrue();
    assertThat(progress.awaitsProbe(510, 500)).isFalse();
  }

  @Test
  void shouldCountTheProbeAsInFlightWhenPipeliningBegins() {
    probe(0);
    progress.probeCarries(205, 400);

    progress.matched(200, PROBE, TAIL);

    assertThat(progress.mode()).isEqualTo(Mode.REPLICATE);
    assertThat(progress.nextIndex()).isEqualTo(206);
    assertThat(progress.hasEntriesInFlight()).isTrue();
    progress.matched(205, PROBE, TAIL);
    assertThat(progress.hasEntriesInFlight()).isFalse();
  }

  @Test
  void shouldBoundRequestsInFlight() {
    progress.matched(200, PROBE, TAIL);
    for (int i = 1; i <= 3; i++) {
      assertThat(progress.hasWindow(CONFIG)).isTrue();
      progress.sent(200 + i, 10, 0);
    }
    assertThat(progress.hasWindow(CONFIG)).isFalse();

    progress.matched(201, PROBE, TAIL);
    assertThat(progress.hasWindow(CONFIG)).isTrue();
  }

  @Test
  void shouldBoundBytesInFlight() {
    progress.matched(200, PROBE, TAIL);
    progress.sent(201, 600, 0);
    assertThat(progress.hasWindow(CONFIG)).isTrue();
    progress.sent(202, 600, 0);
    assertThat(progress.hasWindow(CONFIG)).isFalse();

    progress.matched(201, PROBE, TAIL);
    assertThat(progress.hasWindow(CONFIG)).isTrue();
  }

  @Test
  void shouldForgetWhatIsInFlightWhenItProbesAgain() {
    progress.matched(200, PROBE, TAIL);
    progress.sent(210, 5_000, 0);

    progress.probeFrom(150);

    assertThat(progress.nextIndex()).as("never before the match").isEqualTo(201);
    assertThat(progress.hasWindow(CONFIG)).isTrue();
    assertThat(progress.hasEntriesInFlight()).isFalse();
  }

  @Test
  void shouldNotGoBackWhenOldAcknowledgementsArriveLate() {
    progress.matched(200, PROBE, TAIL);
    progress.sent(205, 10, 0);
    progress.matched(205, PROBE, TAIL);

    progress.matched(203, PROBE, TAIL);

    assertThat(progress.matchIndex()).isEqualTo(205);
    assertThat(progress.nextIndex()).isEqualTo(206);
  }

  @Test
  void shouldKnowNothingOfAnotherIncarnation() {
    progress.matched(200, PROBE, TAIL);
    progress.ackedRequestId = 77;
    progress.measureCatchUp(100);
    progress.measureCatchUp(100);
    assertThat(progress.isCaughtUp()).isTrue();

    progress.becomeIncarnation(SECOND, 200);

    assertThat(progress.member()).isEqualTo(new Member(new NodeId("n2"), SECOND));
    assertThat(progress.matchIndex()).isZero();
    assertThat(progress.ackedRequestId).isZero();
    assertThat(progress.isCaughtUp()).isFalse();
    assertThat(progress.mode()).isEqualTo(Mode.PROBE);
    assertThat(progress.nextIndex()).isEqualTo(201);
  }

  @Test
  @DisplayName("caught up: it has within a heartbeat what was committed at the last one")
  void shouldBeCaughtUpWhenItKeepsPaceWithCommits() {
    progress.measureCatchUp(300);
    assertThat(progress.isCaughtUp()).isFalse();

    progress.matched(250, PROBE, TAIL);
    progress.measureCatchUp(400);
    assertThat(progress.isCaughtUp()).isFalse();

    progress.matched(400, PROBE, TAIL);
    progress.measureCatchUp(500);
    assertThat(progress.isCaughtUp()).isTrue();

    progress.measureCatchUp(600);
    assertThat(progress.isCaughtUp()).isFalse();
  }
}
