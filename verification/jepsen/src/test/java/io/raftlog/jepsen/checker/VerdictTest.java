package io.raftlog.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One history that must not pass for each anomaly, beside some that must. */
class VerdictTest {
  private final Script script = new Script();

  @Test
  void shouldAcceptAGoodHistory() {
    script.append("p0/0v0", 0).append("p1/0v0", 1);
    script.readOk(script.read("n2/b", true, 0), 2, "p0/0v0", "p1/0v0");
    script.finalLog("p0/0v0", "p1/0v0");

    assertThat(script.verdict().isValid()).isTrue();
  }

  @Test
  void shouldAcceptARecordWhoseOutcomeWasUnknown() {
    script.failed(script.append("p0/0v0", 1, 0), "info", "NoAnswer", -1);
    script.finalLog("p0/0v0");

    assertThat(script.verdict().isValid()).isTrue();
  }

  @Test
  void shouldAcceptAnAppendThatNeverReturned() {
    script.append("p0/0v0", 1, 0);
    script.append("p1/0v0", 0);
    script.finalLog("p1/0v0");

    assertThat(script.verdict().isValid()).isTrue();
  }

  @Test
  void shouldCatchALostWrite() {
    script.append("p0/0v0", 0).append("p1/0v0", 1);
    script.finalLog("p0/0v0");

    assertOnly(Anomaly.LOST_WRITE);
  }

  @Test
  void shouldCatchALostWriteInAList() {
    script.appended(script.append("p0/0v0", 3, 0), 0);
    script.finalLog("p0/0v0", "p0/1v0");

    assertOnly(Anomaly.LOST_WRITE);
  }

  @Test
  void shouldCatchADuplicate() {
    script.append("p0/0v0", 0);
    script.finalLog("p0/0v0", "p0/0v0");

    assertOnly(Anomaly.DUPLICATE);
  }

  @Test
  void shouldCatchAnAcknowledgedRecordAtAnotherOffset() {
    script.append("p0/0v0", 1).append("p1/0v0", 1);
    script.finalLog("p0/0v0", "p1/0v0");

    assertOnly(Anomaly.INCONSISTENT_OFFSETS);
  }

  @Test
  void shouldCatchNodesThatDiffer() {
    script.append("p0/0v0", 1, 0);
    script.append("p1/0v0", 1, 0);
    script.finalLogOf("n1", "p0/0v0");
    script.finalLogOf("n2", "p1/0v0");

    assertOnly(Anomaly.INCONSISTENT_OFFSETS);
  }

  @Test
  void shouldCatchAReadOfSomethingElse() {
    script.append("p0/0v0", 0);
    script.append("p1/0v0", 1, 0);
    script.readOk(script.read("n2/b", false, 0), 1, "p1/0v0");
    script.finalLog("p0/0v0");

    assertOnly(Anomaly.INCONSISTENT_OFFSETS);
  }

  @Test
  void shouldCatchAReadBeyondTheFinalLog() {
    script.append("p0/0v0", 0);
    script.append("p1/0v0", 1, 0);
    script.readOk(script.read("n2/b", false, 1), 2, "p1/0v0");
    script.finalLog("p0/0v0");

    assertOnly(Anomaly.INCONSISTENT_OFFSETS);
  }

  @Test
  void shouldCatchAnAbortedRead() {
    script.failed(script.append("p0/0v0", 1, 0), "fail", "NoLeaderException", -1);
    script.finalLog("p0/0v0");

    assertOnly(Anomaly.G1A);
  }

  @Test
  void shouldCatchARecordThatNobodySent() {
    script.append("p0/0v0", 0);
    script.finalLog("p0/0v0", "p0/1v0");

    assertOnly(Anomaly.UNSENT);
  }

  @Test
  void shouldCatchARecordThatANodeNeverShows() {
    script.append("p0/0v0", 0).append("p0/1v0", 1);
    script.finalLogOf("n1", "p0/0v0", "p0/1v0");
    script.finalLogOf("n2", "p0/0v0");

    assertThat(script.verdict().findings().counts())
        .containsOnlyKeys(Anomaly.UNSEEN, Anomaly.STALE_READ);
  }

  @Test
  void shouldCatchANodeThatCannotBeReadInTheEnd() {
    script.append("p0/0v0", 0);
    script.finalLogOf("n1", "p0/0v0").nemesis("not-read", "'fault':'','value':'n2'");

    assertOnly(Anomaly.UNSEEN);
  }

  @Test
  void shouldCatchAReadThatSkipsOffsets() {
    script.append("p0/0v0", 0).append("p0/1v0", 1);
    script.readOk(
        "r", script.read("n2/b", false, 0), "'end':2,'values':['p0/1v0'],'offsets':['1']");
    script.finalLog("p0/0v0", "p0/1v0");

    assertThat(script.verdict().findings().counts()).containsKey(Anomaly.POLL_SKIP);
  }

  @Test
  void shouldCatchAnEmptyReadBelowTheEnd() {
    script.append("p0/0v0", 0);
    script.readOk(script.read("n2/b", false, 0), 1);
    script.finalLog("p0/0v0");

    assertOnly(Anomaly.POLL_SKIP);
  }

  @Test
  void shouldCatchASessionThatGoesBack() {
    script.append("p0/0v0", 0);
    script.readOk(script.read("n2/b", false, 0), 1, "p0/0v0");
    script.readOk(script.read("n2/b", false, 0), 0);
    script.finalLog("p0/0v0");

    assertOnly(Anomaly.NONMONOTONIC_POLL);
  }

  @Test
  void shouldAcceptANodeThatIsBehindAfterARestart() {
    script.append("p0/0v0", 0);
    script.readOk(script.read("n2/b", false, 0), 1, "p0/0v0");
    script.readOk(script.read("n2/c", false, 0), 0);
    script.finalLog("p0/0v0");

    assertThat(script.verdict().isValid()).isTrue();
  }

  @Test
  void shouldCatchAProducersRecordsOutOfOrder() {
    script.append("p0/0v0", 1).append("p0/1v0", 0);
    script.finalLog("p0/1v0", "p0/0v0");

    assertThat(script.verdict().findings().counts()).containsKey(Anomaly.NONMONOTONIC_SEND);
  }

  @Test
  void shouldCatchAStaleRead() {
    script.append("p0/0v0", 0);
    script.readOk(script.read("n2/b", true, 0), 0);
    script.finalLog("p0/0v0");

    assertOnly(Anomaly.STALE_READ);
  }

  @Test
  void shouldAcceptAStaleLocalRead() {
    script.append("p0/0v0", 0);
    script.readOk(script.read("n2/b", false, 0), 0);
    script.finalLog("p0/0v0");

    assertThat(script.verdict().isValid()).isTrue();
  }

  @Test
  void shouldCatchAReadWithoutTheOwnWrite() {
    script.append("p0/0v0", 0);
    script.readOk(script.read("n1/a", false, 0), 0);
    script.finalLog("p0/0v0");

    assertOnly(Anomaly.READ_YOUR_WRITES);
  }

  @Test
  void shouldCatchAProducerWhoIsToldToGoBack() {
    script.append("p0/0v0", 0).append("p0/1v0", 1);
    script.failed(script.append("p0/2v0", 1, 2), "fail", "SequenceGapException", 1);
    script.finalLog("p0/0v0", "p0/1v0");

    assertOnly(Anomaly.FORGOTTEN_PRODUCER);
  }

  @Test
  void shouldCatchAProducerWhoIsForgotten() {
    script.append("p0/0v0", 0);
    script.failed(script.append("p0/1v0", 1, 1), "fail", "UnknownProducerException", -1);
    script.finalLog("p0/0v0");

    assertOnly(Anomaly.FORGOTTEN_PRODUCER);
  }

  @Test
  void shouldCatchAnErrorThatCannotBe() {
    script.append("p0/0v0", 0);
    script.failed(script.append("p0/1v0", 1, 1), "fail", "SequenceReusedException", -1);
    script.finalLog("p0/0v0");

    assertOnly(Anomaly.UNEXPECTED_ERROR);
  }

  @Test
  void shouldCatchANodeThatDied() {
    script.append("p0/0v0", 0).nemesis("died", "'fault':'none','value':'n2'");
    script.finalLog("p0/0v0");

    assertOnly(Anomaly.NODE_DIED);
  }

  @Test
  void shouldCatchAppendsWithoutAnOutcome() {
    script.append("p0/0v0", 0).nemesis("unresolved", "'fault':'','value':'p0'");
    script.finalLog("p0/0v0");

    assertOnly(Anomaly.UNRESOLVED);
  }

  @Test
  void shouldCatchARunInWhichNothingWasDone() {
    assertOnly(Anomaly.NOTHING_DONE);
  }

  @Test
  void shouldAcceptASubscriptionThatIsTakenOverAndGoesOnWhereItWasCommitted() {
    three();
    long first = script.claim("a", 0);
    script.delivered(first, 0, "p0/0v0", "p0/1v0").commit(first, 1);
    long second = script.claim("b", 1);
    script.delivered(second, 1, "p0/1v0").delivered(second, 2, "p0/2v0").commit(second, 3);
    script.commit(first, 2, "fail", "SubscriptionFencedException");

    assertThat(script.verdict().isValid()).isTrue();
  }

  @Test
  void shouldAcceptACommitWithoutAnOutcomeThatHadAnEffect() {
    three();
    long first = script.claim("a", 0);
    script.delivered(first, 0, "p0/0v0", "p0/1v0", "p0/2v0");
    script.commit(first, 3, "info", "NoAnswer");
    script.claim("b", 3);

    assertThat(script.verdict().isValid()).isTrue();
  }

  @Test
  void shouldCatchACommitThatIsForgotten() {
    three();
    long first = script.claim("a", 0);
    script.delivered(first, 0, "p0/0v0", "p0/1v0", "p0/2v0").commit(first, 1).commit(first, 2);
    script.claim("b", 1);

    assertOnly(Anomaly.LOST_COMMIT);
  }

  @Test
  void shouldCatchAPositionThatNobodyCommitted() {
    three();
    long first = script.claim("a", 0);
    script.delivered(first, 0, "p0/0v0", "p0/1v0", "p0/2v0");
    script.claim("b", 2);

    assertOnly(Anomaly.PHANTOM_COMMIT);
  }

  @Test
  void shouldCatchAZombieThatMovesThePosition() {
    three();
    long first = script.claim("a", 0);
    script.delivered(first, 0, "p0/0v0", "p0/1v0", "p0/2v0");
    script.claim("b", 0);
    script.commit(first, 1);

    assertOnly(Anomaly.ZOMBIE_COMMIT);
  }

  @Test
  void shouldCatchARecordThatIsDeliveredToNobody() {
    three();
    long first = script.claim("a", 0);
    script.delivered(first, 0, "p0/0v0").commit(first, 2);
    script.delivered(script.claim("b", 2), 2, "p0/2v0");

    assertOnly(Anomaly.UNDELIVERED);
  }

  @Test
  void shouldCatchASubscriptionThatSkips() {
    three();
    long first = script.claim("a", 0);
    script.delivered(first, 0, "p0/0v0", "p0/1v0", "p0/2v0");
    long second = script.claim("b", 0);
    script.deliver(second, 0, "'values':['p0/1v0'],'offsets':['1']");

    assertOnly(Anomaly.POLL_SKIP);
  }

  @Test
  void shouldCatchASubscriptionWithOtherRecordsThanTheLog() {
    three();
    script.delivered(script.claim("a", 0), 0, "p0/0v0", "p0/2v0", "p0/1v0");

    assertOnly(Anomaly.INCONSISTENT_OFFSETS);
  }

  @Test
  void shouldCatchACommitThatFailsWithWhatItCannot() {
    three();
    long first = script.claim("a", 0);
    script.delivered(first, 0, "p0/0v0", "p0/1v0", "p0/2v0");
    script.commit(first, 1, "fail", "OffsetOutOfRangeException");

    assertOnly(Anomaly.UNEXPECTED_ERROR);
  }

  private void three() {
    script.append("p0/0v0", 0).append("p0/1v0", 1).append("p0/2v0", 2);
    script.nemesis("workload", "'fault':'','value':'ends'");
    script.finalLog("p0/0v0", "p0/1v0", "p0/2v0");
  }

  private void assertOnly(Anomaly anomaly) {
    assertThat(script.verdict().findings().counts()).containsOnlyKeys(anomaly);
  }
}
