package io.raftlog.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.MalformedEntryException;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.ForwardRequest;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.message.TimeoutNow;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InboxTest {
  private static final ProducerId P = ProducerId.of("p");

  private final AtomicInteger wakeUps = new AtomicInteger();
  private final Inbox inbox = new Inbox(wakeUps::incrementAndGet);

  @Test
  void shouldDropMessagesBeyondItsBytesAndTakeThemAgainWhenThereIsRoom() {
    // given
    ByteBuffer large = draft(new byte[1 << 20]);
    long fitting = Inbox.MAX_BYTES / (large.remaining() + 256);
    for (int i = 0; i < fitting + 50; i++) {
      inbox.receive(envelope(new ForwardRequest(1, 1, i + 1, 0)), List.of(large.duplicate()));
    }
    // when
    inbox.poll();
    inbox.receive(envelope(new ForwardRequest(1, 1, 1000, 0)), List.of(large.duplicate()));
    inbox.receive(envelope(new ForwardRequest(1, 1, 1001, 0)), List.of(large.duplicate()));
    // then
    int count = 0;
    while (inbox.poll() != null) {
      count++;
    }
    assertThat(count).isEqualTo((int) fitting);
  }

  @Test
  void shouldDropMessagesWithoutABodyToo() {
    int sent = (int) (Inbox.MAX_BYTES / 256) + 1000;
    for (int i = 0; i < sent; i++) {
      inbox.receive(envelope(new TimeoutNow(1)), List.of());
    }
    int count = 0;
    while (inbox.poll() != null) {
      count++;
    }
    assertThat(count).isEqualTo(sent - 1000);
  }

  @Test
  void shouldGiveBackTheRoomOfAMalformedMessage() {
    ByteBuffer garbage = ByteBuffer.allocate(1 << 20);
    for (int i = 0; i < 1000; i++) {
      assertThatThrownBy(
              () ->
                  inbox.receive(
                      envelope(new AppendRequest(1, 1, 0, 0, 0, List.of())),
                      List.of(garbage.duplicate())))
          .isInstanceOf(MalformedEntryException.class);
      assertThatThrownBy(
              () ->
                  inbox.receive(
                      envelope(new ForwardRequest(1, 1, 1, 0)), List.of(garbage.duplicate())))
          .isInstanceOf(MalformedEntryException.class);
    }
    inbox.receive(envelope(new TimeoutNow(1)), List.of());
    assertThat(inbox.poll()).isInstanceOf(Inbox.Received.class);
    assertThat(inbox.poll()).isNull();
  }

  @Test
  void shouldRefuseForwardedBodiesOfAnyOtherLength() {
    ByteBuffer whole = draft(new byte[20]);
    for (int length = 0; length < whole.remaining(); length++) {
      if (length == 56) {
        continue; // an entry's header and nothing in it
      }
      ByteBuffer cut = whole.duplicate().limit(length).slice();
      assertThatThrownBy(
              () -> inbox.receive(envelope(new ForwardRequest(1, 1, 1, 0)), List.of(cut)))
          .as("%s of %s bytes", length, whole.remaining())
          .isInstanceOf(MalformedEntryException.class);
    }
    inbox.receive(envelope(new ForwardRequest(1, 1, 1, 0)), List.of(whole));
    assertThat(inbox.poll()).isNotNull();
  }

  @Test
  void shouldRefuseAForwardedBodyWhoseRecordWasDamaged() {
    ByteBuffer whole = draft(new byte[] {1, 2, 3, 4, 5});
    for (int bit = 0; bit < 5 * 8; bit++) {
      ByteBuffer damaged = ByteBuffer.allocate(whole.remaining()).put(whole.duplicate()).flip();
      int at = damaged.limit() - 1 - bit / 8;
      damaged.put(at, (byte) (damaged.get(at) ^ (1 << (bit % 8))));
      assertThatThrownBy(
              () -> inbox.receive(envelope(new ForwardRequest(1, 1, 1, 0)), List.of(damaged)))
          .isInstanceOf(MalformedEntryException.class);
    }
    assertThat(inbox.poll()).isNull();
  }

  @Test
  void shouldJoinABodyThatComesInAnyPieces() {
    ByteBuffer whole = draft(new byte[] {1, 2, 3, 4, 5});
    ByteBuffer direct = ByteBuffer.allocateDirect(whole.remaining()).put(whole.duplicate()).flip();
    for (int at = 0; at <= whole.remaining(); at++) {
      ByteBuffer one = direct.slice(0, at);
      ByteBuffer other = direct.slice(at, whole.remaining() - at);
      inbox.receive(envelope(new ForwardRequest(1, 1, 1, 0)), List.of(one, other));
      Inbox.Received received = (Inbox.Received) inbox.poll();
      assertThat(received.body()).isEqualTo(whole);
      assertThat(one.position()).isZero();
    }
  }

  @Test
  void shouldNotShareTheSendersBytesOfAForwardedBody() {
    ByteBuffer whole = draft(new byte[] {1, 2, 3, 4, 5});
    byte last = whole.get(whole.limit() - 1);
    inbox.receive(envelope(new ForwardRequest(1, 1, 1, 0)), List.of(whole));
    whole.put(whole.limit() - 1, (byte) 77);
    Inbox.Received received = (Inbox.Received) inbox.poll();
    assertThat(received.body().get(received.body().limit() - 1)).isEqualTo(last);
  }

  @Test
  void shouldEndARoundAlthoughMoreIsThereAndAskForAnother() {
    // given
    int count = Inbox.MAX_EVENTS_OF_A_ROUND + 10;
    for (int i = 0; i < count; i++) {
      inbox.add(new Inbox.Disconnected(new NodeId("n2")));
    }
    int before = wakeUps.get();
    // when
    inbox.beginRound();
    int taken = 0;
    while (inbox.pollInRound() != null) {
      taken++;
    }
    // then
    assertThat(taken).isEqualTo(Inbox.MAX_EVENTS_OF_A_ROUND);
    assertThat(wakeUps.get()).isEqualTo(before + 1);
    inbox.beginRound();
    while (inbox.pollInRound() != null) {
      taken++;
    }
    assertThat(taken).isEqualTo(count);
    assertThat(wakeUps.get()).isEqualTo(before + 1);
  }

  private static ByteBuffer draft(byte[] payload) {
    EntryDraft draft = new EntryDraft(0);
    int unused = draft.append(P, 0, 0, RecordBodies.of(List.of(payload)));
    return draft.finish();
  }

  private static Envelope envelope(RaftMessage message) {
    return new Envelope(
        new NodeId("n2"),
        new NodeId("n1"),
        new UUID(1, 1),
        new UUID(2, 2),
        new UUID(3, 3),
        message);
  }
}
