package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.NodeId;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.VoteResponse;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class PendingWritesTest {
  private final PendingWrites writes = new PendingWrites(4);

  private static Send send(long term) {
    return Send.of(
        new Envelope(
            new NodeId("n1"),
            new NodeId("n2"),
            Envelope.UNFORMED,
            Envelope.NO_INCARNATION,
            Envelope.NO_INCARNATION,
            new VoteResponse(term, true)));
  }

  @Test
  void shouldNumberWritesAndMakeThemDurableInOrder() {
    assertThat(writes.durableIndex()).isEqualTo(4);
    assertThat(writes.isDurable(writes.lastWriteId())).isTrue();

    assertThat(writes.add(6)).isEqualTo(1);
    assertThat(writes.add(9)).isEqualTo(2);
    assertThat(writes.nextWriteId()).isEqualTo(3);
    assertThat(writes.isDurable(1)).isFalse();

    writes.persisted(1);
    assertThat(writes.durableIndex()).isEqualTo(6);
    assertThat(writes.isDurable(1)).isTrue();
    assertThat(writes.isDurable(2)).isFalse();
  }

  @Test
  void shouldTakeACompletionForAllBeforeIt() {
    writes.add(5);
    writes.add(7);
    writes.add(8);

    writes.persisted(2);
    assertThat(writes.durableIndex()).isEqualTo(7);

    // Reported late or twice, it takes nothing back.
    writes.persisted(1);
    writes.persisted(2);
    assertThat(writes.durableIndex()).isEqualTo(7);
    assertThat(writes.isDurable(2)).isTrue();
  }

  @Test
  void shouldRefuseCompletionOfAWriteThatWasNeverMade() {
    writes.add(5);

    assertThatThrownBy(() -> writes.persisted(2)).isInstanceOf(InvariantViolation.class);
  }

  @Test
  @DisplayName("entries 5 to 9 are being written when 7 to 9 are replaced (ABA)")
  void shouldNotVouchForReplacedEntriesWhenTheirWriteCompletes() {
    writes.add(9);
    writes.truncate(7);
    writes.add(10);

    writes.persisted(1);
    assertThat(writes.durableIndex()).isEqualTo(6);

    writes.persisted(2);
    assertThat(writes.durableIndex()).isEqualTo(10);
  }

  @Test
  void shouldLowerWhatIsDurableWhenItIsTruncated() {
    writes.add(9);
    writes.persisted(1);

    writes.truncate(3);
    assertThat(writes.durableIndex()).isEqualTo(2);

    writes.add(3);
    writes.persisted(2);
    assertThat(writes.durableIndex()).isEqualTo(3);
  }

  @Test
  void shouldClampEveryPendingWriteWhenTruncated() {
    writes.add(6);
    writes.add(8);
    writes.add(12);
    writes.truncate(8);
    writes.add(8);

    writes.persisted(1);
    assertThat(writes.durableIndex()).isEqualTo(6);
    writes.persisted(3);
    assertThat(writes.durableIndex()).isEqualTo(7);
    writes.persisted(4);
    assertThat(writes.durableIndex()).isEqualTo(8);
  }

  @Test
  void shouldReleaseMessagesInOrderWhenTheirWriteIsDurable() {
    writes.hold(writes.nextWriteId(), send(1));
    writes.add(4);
    writes.hold(writes.lastWriteId(), send(2));
    writes.add(4);
    writes.hold(writes.lastWriteId(), send(3));

    assertThat(writes.persisted(1)).containsExactly(send(1), send(2));
    assertThat(writes.persisted(1)).isEmpty();
    assertThat(writes.persisted(2)).containsExactly(send(3));
  }

  @Test
  void shouldBoundWhatWaitsWhileTheDiskHangs() {
    writes.add(5);
    for (int i = 1; i <= PendingWrites.MAX_HELD + 3; i++) {
      writes.hold(1, send(i));
    }

    List<Send> released = writes.persisted(1);

    assertThat(released).hasSize(PendingWrites.MAX_HELD).startsWith(send(4));
  }
}
