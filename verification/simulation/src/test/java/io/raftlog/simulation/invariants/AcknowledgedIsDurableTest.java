package io.raftlog.simulation.invariants;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.NodeId;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import io.raftlog.simulation.checkers.Violation;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AcknowledgedIsDurableTest {
  private static final long OLD_TERM = 8;
  private static final long NEW_TERM = 9;
  private static final UUID ID = new UUID(1, 1);

  private final AcknowledgedIsDurable rule = new AcknowledgedIsDurable();
  private final FakeReplica oldLeader = new FakeReplica("n1", OLD_TERM, true);
  private final FakeReplica newLeader = new FakeReplica("n2", NEW_TERM, true);
  private final FakeReplica follower = new FakeReplica("n3", OLD_TERM, false);

  AcknowledgedIsDurableTest() {
    oldLeader.log = List.of(1L, 2L, 3L);
    newLeader.log = List.of(1L, 20L);
    rule.onWrite(oldLeader, write(0));
    rule.onWrite(newLeader, write(0));
  }

  @Test
  void shouldAcceptWhatIsDurable() {
    follower.durable = List.of(1L, 2L);

    assertThatCode(() -> rule.onSend(follower, answer(OLD_TERM, 2))).doesNotThrowAnyException();
  }

  @Test
  void shouldRejectWhatIsNotDurable() {
    follower.durable = List.of(1L, 2L);

    assertThatThrownBy(() -> rule.onSend(follower, answer(OLD_TERM, 3)))
        .isInstanceOf(Violation.class);
  }

  @Test
  void shouldRejectWhatTheLeaderHasOtherwise() {
    follower.durable = List.of(1L, 20L);

    assertThatThrownBy(() -> rule.onSend(follower, answer(OLD_TERM, 2)))
        .isInstanceOf(Violation.class);
  }

  /** Seeds 5001633 and 5002834: both leaders' requests were found in one round after a pause. */
  @Test
  void shouldAcceptAnOldTermsAnswerThatWasTrueBeforeTheRoundsWrite() {
    follower.durable = List.of(1L, 2L, 3L);
    follower.term = NEW_TERM;
    rule.onWrite(follower, write(2));
    follower.durable = List.of(1L, 20L);

    assertThatCode(() -> rule.onSend(follower, answer(OLD_TERM, 3))).doesNotThrowAnyException();
  }

  @Test
  void shouldRejectAnAnswerOfTheTermItselfThatWasTrueBeforeTheRoundsWrite() {
    follower.durable = List.of(1L, 2L, 3L);
    rule.onWrite(follower, write(2));
    follower.durable = List.of(1L);

    assertThatThrownBy(() -> rule.onSend(follower, answer(OLD_TERM, 3)))
        .isInstanceOf(Violation.class);
  }

  @Test
  void shouldRejectAnOldTermsAnswerInALaterRound() {
    follower.durable = List.of(1L, 2L, 3L);
    follower.term = NEW_TERM;
    rule.onWrite(follower, write(2));
    follower.durable = List.of(1L, 20L);
    rule.afterWork(follower);

    assertThatThrownBy(() -> rule.onSend(follower, answer(OLD_TERM, 3)))
        .isInstanceOf(Violation.class);
  }

  private static StorageWrite write(long truncateFrom) {
    return new StorageWrite(1, null, truncateFrom, List.of(), null, 0);
  }

  private static Envelope answer(long term, long match) {
    return new Envelope(
        new NodeId("n3"),
        new NodeId("n1"),
        ID,
        ID,
        ID,
        new AppendResponse(term, 1, true, match, 0, 0, 0, 0, false));
  }

  /** A log is the hashes of its prefixes, from index 1. */
  private static final class FakeReplica implements ReplicaState {
    private final NodeId node;
    private final boolean leads;
    private long term;
    private List<Long> log = new ArrayList<>();
    private List<Long> durable = new ArrayList<>();

    FakeReplica(String node, long term, boolean leads) {
      this.node = new NodeId(node);
      this.term = term;
      this.leads = leads;
    }

    @Override
    public NodeId node() {
      return node;
    }

    @Override
    public UUID incarnation() {
      return ID;
    }

    @Override
    public RaftCore core() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long term() {
      return term;
    }

    @Override
    public boolean leads() {
      return leads;
    }

    @Override
    public String name() {
      return node.value();
    }

    @Override
    public long lastIndex() {
      return log.size();
    }

    @Override
    public long prefixHashAt(long index) {
      return index == 0 ? 0 : log.get((int) index - 1);
    }

    @Override
    public StoredEntry entryAt(long index) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean durablyHolds(long index, long prefixHash) {
      return index <= durable.size() && durableHashAt(index) == prefixHash;
    }

    @Override
    public long durableLastIndex() {
      return durable.size();
    }

    @Override
    public long durableHashAt(long index) {
      return index == 0 ? 0 : durable.get((int) index - 1);
    }

    @Override
    public long durableTerm() {
      return term;
    }

    @Override
    public @Nullable NodeId durableVote() {
      return null;
    }
  }
}
