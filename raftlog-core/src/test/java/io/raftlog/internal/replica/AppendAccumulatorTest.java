package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.AppendResult;
import io.raftlog.BackpressureException;
import io.raftlog.NodeClosedException;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import io.raftlog.internal.entry.RunCursor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AppendAccumulatorTest {
  private static final ProducerId P = ProducerId.of("p");

  private final AppendAccumulator accumulator = new AppendAccumulator(Configs.single(), () -> {});

  @Test
  void shouldLeaveEncodedBatchAsItIsWhenItsRoomIsUsedAgain() {
    // given
    append(0, 700, 'a');
    AppendBatch first = takeOne();
    ByteBuffer encoded = first.encoded();
    // when
    append(1, 600, 'b');
    ByteBuffer second = takeOne().encoded();
    // then
    assertThat(bodyOf(encoded)).hasSize(700).containsOnly('a');
    assertThat(bodyOf(second)).hasSize(600).containsOnly('b');
    assertThat(second.limit()).isLessThan(encoded.limit());
    assertThat(first.encoded()).isSameAs(encoded);
  }

  @Test
  void shouldBeginWithAnEmptyHeaderWhenRoomIsUsedAgain() {
    // given
    append(0, 700, 'a');
    AppendBatch first = takeOne();
    ByteBuffer unused = first.encoded();
    // when
    append(1, 600, 'b');
    // then
    byte[] header = new byte[EntryLayout.HEADER_BYTES];
    takeOne().encoded().get(header);
    assertThat(header).containsOnly(0);
  }

  @Test
  void shouldTellThatItIsClosedAlsoWhenThereIsNoRoom() {
    // given
    AppendAccumulator full = new AppendAccumulator(Configs.single(), () -> {});
    RecordBodies half = RecordBodies.of(List.of(new byte[600]));
    CompletableFuture<AppendResult> last;
    long sequence = 0;
    do {
      last = full.append(P, 0, sequence++, half);
    } while (!last.isCompletedExceptionally());
    assertThat(last)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(BackpressureException.class);
    // when
    full.close(new NodeClosedException("closed"));
    // then
    assertThat(full.append(P, 0, sequence, half))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(NodeClosedException.class);
  }

  @Test
  void shouldNotUseTheRoomOfABatchThatIsNotEncodedYet() {
    // given
    append(0, 700, 'a');
    AppendBatch first = takeOne();
    // when
    append(1, 700, 'b');
    AppendBatch second = takeOne();
    // then
    assertThat(bodyOf(first.encoded())).containsOnly('a');
    assertThat(bodyOf(second.encoded())).containsOnly('b');
  }

  @Test
  void shouldNotHoldOnToTheRoomOfALongBatch() {
    // given
    List<byte[]> kept = new ArrayList<>();
    byte[] longestKept = new byte[AppendBatch.MAX_KEPT_ROOM_BYTES];
    AppendBatch usual = new AppendBatch(longestKept, kept::add);
    AppendBatch longer = new AppendBatch(new byte[AppendBatch.MAX_KEPT_ROOM_BYTES], kept::add);
    byte[] payload = new byte[AppendBatch.MAX_KEPT_ROOM_BYTES];
    Arrays.fill(payload, (byte) 'a');
    // when
    PendingAppend.Records unused =
        longer.add(P, 0, 0, RecordBodies.of(List.of(payload)), payload.length);
    // then
    assertThat(bodyOf(longer.encoded())).isEqualTo(payload);
    assertThat(kept).isEmpty();
    assertThat(usual.encoded().remaining()).isEqualTo(EntryLayout.HEADER_BYTES);
    assertThat(kept).containsExactly(longestKept);
  }

  private void append(long sequence, int bytes, char content) {
    byte[] payload = new byte[bytes];
    Arrays.fill(payload, (byte) content);
    CompletableFuture<AppendResult> future =
        accumulator.append(P, 0, sequence, RecordBodies.of(List.of(payload)));
    assertThat(future).isNotDone();
  }

  private AppendBatch takeOne() {
    List<AppendBatch> batches = new ArrayList<>();
    accumulator.takeInto(batches);
    assertThat(batches).hasSize(1);
    return batches.get(0);
  }

  private static byte[] bodyOf(ByteBuffer encoded) {
    RunCursor run = new RunCursor(encoded.duplicate());
    assertThat(run.nextRun()).isTrue();
    ByteBuffer body = run.body(run.recordsFrom());
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    return bytes;
  }
}
