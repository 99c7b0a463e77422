package io.raftlog.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AvailabilityTest {
  private static final String NO_MAJORITY = "'up':['n1'],'cut':[],'majority':false";
  private static final String MAJORITY = "'up':['n1','n2'],'cut':[],'majority':true";

  private final Script script = new Script();

  @Test
  void shouldCatchThatNothingIsAcknowledgedWhileAMajorityCanTalk() {
    script.append("p0/0v0", 0).after(25);
    script.append("p0/1v0", 1).finalLog("p0/0v0", "p0/1v0");

    assertThat(script.verdict().findings().counts()).containsOnlyKeys(Anomaly.UNAVAILABLE);
  }

  @Test
  void shouldAcceptAPauseWithoutAMajority() {
    script.append("p0/0v0", 0).nemesis("state", NO_MAJORITY).after(60);
    script.nemesis("state", MAJORITY).after(10);
    script.append("p0/1v0", 1).finalLog("p0/0v0", "p0/1v0");

    assertThat(script.verdict().isValid()).isTrue();
  }

  @Test
  void shouldCatchThatNothingIsAcknowledgedAfterTheMajorityCameBack() {
    script.append("p0/0v0", 0).nemesis("state", NO_MAJORITY).after(60);
    script.nemesis("state", MAJORITY).after(25);
    script.append("p0/1v0", 1).finalLog("p0/0v0", "p0/1v0");

    assertThat(script.verdict().findings().counts()).containsOnlyKeys(Anomaly.UNAVAILABLE);
  }

  @Test
  void shouldNotAskForProgressWhenClientsHaveEnded() {
    script.append("p0/0v0", 0).nemesis("workload", "'fault':'','value':'ends'").after(60);
    script.finalLog("p0/0v0");

    assertThat(script.verdict().isValid()).isTrue();
  }

  @Test
  void shouldMeasureEachStrike() {
    script.nemesis("strike", "'fault':'kill-one','value':'begins'");
    script.nemesis("struck", "'fault':'kill-one','value':'n3'");
    script.append("p0/0v0", 0).after(4);
    script.nemesis("heal", "'fault':'kill-one','value':'n3'").finalLog("p0/0v0");

    assertThat(script.verdict().availability().windows())
        .singleElement()
        .satisfies(
            window -> {
              assertThat(window.fault()).isEqualTo("kill-one");
              assertThat(window.value()).isEqualTo("n3");
              assertThat(window.acknowledged()).isEqualTo(1);
              assertThat(window.majority()).isEqualTo(1);
              assertThat(window.longestGapMicros()).isEqualTo(5_000_000);
            });
  }
}
