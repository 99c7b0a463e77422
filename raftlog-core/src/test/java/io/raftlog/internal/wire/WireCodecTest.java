package io.raftlog.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.raftlog.NodeId;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.ForwardResponse;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.message.TimeoutNow;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.wire.proto.Header;
import io.raftlog.spi.Frame;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireCodecTest {
  private static final long SEED = 7;
  private static final NodeId LONGEST_NODE = new NodeId("n".repeat(NodeId.MAX_LENGTH));
  private static final String LONGEST_LOG = "l".repeat(64);
  private static final UUID ALL_ONES = new UUID(-1, -1);

  private final WireCodec codec = new WireCodec();

  @ParameterizedTest
  @EnumSource
  void shouldDecodeWhatWasEncoded(RaftMessage.Kind kind) {
    RandomEnvelopes random = new RandomEnvelopes(SEED);
    for (int i = 0; i < 1_000; i++) {
      // given
      Addressed sent = new Addressed(random.logId(), random.envelope(kind));

      // when
      ByteBuffer header = codec.encode(sent.logId(), sent.envelope());
      Addressed received = codec.decode(header);

      // then
      assertThat(received).as("seed %d, iteration %d", SEED, i).isEqualTo(sent);
      assertThat(header.remaining()).isLessThanOrEqualTo(Frame.MAX_HEADER_BYTES);
    }
  }

  @Test
  void shouldLeaveEntriesToTheBody() {
    // given
    AppendRequest empty = new AppendRequest(1, 2, 3, 1, 3, List.of());
    AppendRequest full =
        new AppendRequest(1, 2, 3, 1, 3, List.of(new Extent(4, 1, EntryLayout.HEADER_BYTES, null)));

    // when
    ByteBuffer header = codec.encode("orders", envelope(full));

    // then
    assertThat(codec.decode(header).envelope().message()).isEqualTo(empty);
  }

  @Test
  void shouldDecodeFromAnyKindOfBufferWithoutMovingIt() {
    // given
    byte[] bytes = codec.encode("orders", envelope(new TimeoutNow(3))).array();
    ByteBuffer heap = ByteBuffer.allocate(bytes.length + 7).put(3, bytes);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 7).put(3, bytes);
    List<ByteBuffer> buffers = List.of(heap, direct, heap.asReadOnlyBuffer(), heap.slice());

    for (ByteBuffer buffer : buffers) {
      buffer.limit(3 + bytes.length).position(3);

      // when
      Addressed addressed = codec.decode(buffer);

      // then
      assertThat(addressed.envelope().message()).isEqualTo(new TimeoutNow(3));
      assertThat(buffer.position()).isEqualTo(3);
      assertThat(buffer.limit()).isEqualTo(3 + bytes.length);
    }
  }

  @Test
  void shouldFitMaxVerdictsWhenEveryFieldIsAsLongAsItGets() {
    // given
    Verdict verdict =
        new Verdict(
            ProducerId.of("p".repeat(EntryLayout.MAX_PRODUCER_ID_BYTES)),
            Long.MAX_VALUE,
            Integer.MAX_VALUE,
            Verdict.Kind.GAP,
            Long.MAX_VALUE,
            Long.MAX_VALUE);
    Envelope envelope = longest(Collections.nCopies(WireCodec.MAX_VERDICTS, verdict));

    // when
    ByteBuffer header = codec.encode(LONGEST_LOG, envelope);

    // then
    assertThat(header.remaining()).isLessThanOrEqualTo(Frame.MAX_HEADER_BYTES - 4096);
    assertThat(codec.decode(header).envelope()).isEqualTo(envelope);
  }

  @Test
  void shouldRefuseToEncodeWhenTheHeaderGetsTooLong() {
    // given
    Verdict verdict =
        Verdict.gap(ProducerId.of("p".repeat(255)), 1, 1, Long.MAX_VALUE, Long.MAX_VALUE);
    Envelope envelope = longest(Collections.nCopies(300, verdict));

    // then
    assertThatThrownBy(() -> codec.encode(LONGEST_LOG, envelope))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("FORWARD_RESPONSE")
        .hasMessageContaining("limit 65536");
  }

  @Test
  void shouldIgnoreUnknownFields() {
    // given
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(2000, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
            .addField(
                2001,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("later"))
                    .addFixed64(6)
                    .build())
            .build();
    Envelope envelope = envelope(new TimeoutNow(3));
    Header.Builder header = wire(envelope);
    header.setUnknownFields(unknown).getTimeoutNowBuilder().setUnknownFields(unknown);

    // when
    Addressed addressed = codec.decode(bytes(header));

    // then
    assertThat(addressed).isEqualTo(new Addressed("orders", envelope));
  }

  private Header.Builder wire(Envelope envelope) {
    try {
      return Header.parseFrom(codec.encode("orders", envelope)).toBuilder();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ByteBuffer bytes(Header.Builder header) {
    return ByteBuffer.wrap(header.build().toByteArray());
  }

  private static Envelope longest(List<Verdict> verdicts) {
    return new Envelope(
        LONGEST_NODE,
        LONGEST_NODE,
        ALL_ONES,
        ALL_ONES,
        ALL_ONES,
        new ForwardResponse(
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            ForwardResponse.Status.SEND_AGAIN,
            verdicts,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE));
  }

  private static Envelope envelope(RaftMessage message) {
    return new Envelope(
        new NodeId("n1"),
        new NodeId("n2"),
        new UUID(1, 2),
        new UUID(3, 4),
        new UUID(5, 6),
        message);
  }
}
