package io.raftlog.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.GoldenBytes;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.ForwardRequest;
import io.raftlog.internal.message.ForwardResponse;
import io.raftlog.internal.message.PreVoteRequest;
import io.raftlog.internal.message.PreVoteResponse;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.message.ReadIndexRequest;
import io.raftlog.internal.message.ReadIndexResponse;
import io.raftlog.internal.message.TimeoutNow;
import io.raftlog.internal.message.Verdict;
import io.raftlog.internal.message.VoteRequest;
import io.raftlog.internal.message.VoteResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The exact bytes of one header a kind. */
class WireGoldenTest {
  private static final String WHEN_CHANGED =
      "The wire format changed: nodes of the released version do not understand this any more. If"
          + " that is meant, raise WireCodec.PROTOCOL_VERSION, keep reading the old version, and"
          + " put the new bytes into the file.";

  private static final String LOG_ID = "orders";
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final ProducerId PRODUCER = ProducerId.of("orders-é");
  private static final UUID FORMATION = new UUID(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
  private static final UUID INCARNATION_1 = new UUID(0x1112131415161718L, 0x191a1b1c1d1e1f20L);
  private static final UUID INCARNATION_2 = new UUID(0x2122232425262728L, 0x292a2b2c2d2e2f30L);

  private final WireCodec codec = new WireCodec();

  @ParameterizedTest
  @EnumSource
  void shouldWriteTheGoldenBytes(RaftMessage.Kind kind) {
    // given
    Envelope envelope = sample(kind);

    // when
    ByteBuffer header = codec.encode(LOG_ID, envelope);

    // then
    byte[] bytes = new byte[header.remaining()];
    header.get(bytes);
    GoldenBytes.assertGolden(file(kind), bytes, WHEN_CHANGED);
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadTheGoldenBytes(RaftMessage.Kind kind) {
    // given
    ByteBuffer header = ByteBuffer.wrap(GoldenBytes.read(file(kind)));

    // when
    Addressed addressed = codec.decode(header);

    // then
    assertThat(addressed).as(WHEN_CHANGED).isEqualTo(new Addressed(LOG_ID, sample(kind)));
  }

  private static String file(RaftMessage.Kind kind) {
    return "wire/" + kind.name().toLowerCase(Locale.ROOT);
  }

  private static Envelope sample(RaftMessage.Kind kind) {
    return switch (kind) {
      case PRE_VOTE_REQUEST -> unformed(new PreVoteRequest(1, 0, 0, List.of(N1, N2, N3)));
      case PRE_VOTE_RESPONSE -> formed(new PreVoteResponse(6, 7, true));
      case VOTE_REQUEST -> formed(new VoteRequest(7, 1000, 6, true, List.of(N1, N2, N3)));
      case VOTE_RESPONSE -> formed(new VoteResponse(7, true));
      case APPEND_REQUEST -> formed(new AppendRequest(7, 300, 1000, 6, 999, List.of()));
      case APPEND_RESPONSE ->
          formed(new AppendResponse(7, 300, true, 1010, 1005, 1004, 5, 990, true));
      case TIMEOUT_NOW -> formed(new TimeoutNow(7));
      case FORWARD_REQUEST -> formed(new ForwardRequest(7, 1_700_000_000_000L, 12, 34));
      case FORWARD_RESPONSE ->
          formed(
              new ForwardResponse(
                  7,
                  1_700_000_000_000L,
                  12,
                  ForwardResponse.Status.ACCEPTED,
                  List.of(
                      Verdict.duplicate(PRODUCER, 42, 2),
                      Verdict.gap(PRODUCER, 42, 2, 40, 33),
                      Verdict.unknownProducer(PRODUCER, 42, 2, 500)),
                  200,
                  203));
      case READ_INDEX_REQUEST -> formed(new ReadIndexRequest(7, 1_700_000_000_000L, 13));
      case READ_INDEX_RESPONSE ->
          formed(new ReadIndexResponse(7, 1_700_000_000_000L, 13, Long.MAX_VALUE));
    };
  }

  private static Envelope formed(RaftMessage message) {
    return new Envelope(N1, N2, FORMATION, INCARNATION_1, INCARNATION_2, message);
  }

  private static Envelope unformed(RaftMessage message) {
    return new Envelope(N1, N2, Envelope.UNFORMED, INCARNATION_1, Envelope.NO_INCARNATION, message);
  }
}
