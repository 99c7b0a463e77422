package io.raftlog.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.raftlog.internal.wire.proto.Header;
import io.raftlog.spi.Frame;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One malformed header for everything that the decoder checks. */
class MalformedHeaderTest {
  private final WireCodec codec = new WireCodec();

  static Stream<Arguments> malformedHeaders() {
    return Stream.of(
        malformed("protocol_version is missing", Header.Builder::clearProtocolVersion),
        malformed("protocol version 2, this node speaks up to 1", h -> h.setProtocolVersion(2)),
        malformed("protocol version 4294967295, this", h -> h.setProtocolVersion(-1)),
        malformed("log_id is missing", Header.Builder::clearLogId),
        malformed("log_id with 65 characters", h -> h.setLogId("l".repeat(65))),
        malformed("log_id with 4 characters", h -> h.setLogId("a/b\n")),
        malformed("from is missing", Header.Builder::clearFrom),
        malformed("to is missing", Header.Builder::clearTo),
        malformed("from with 65 characters is not a node id", h -> h.setFrom("n".repeat(65))),
        malformed("to with 2 characters is not a node id", h -> h.setTo("n\n")),
        malformed("from_incarnation is missing", MalformedHeaderTest::clearFromIncarnation),
        malformed("no message, or one of a kind unknown here", Header.Builder::clearMessage),
        malformed("term is over 2^63-1", h -> h.getTimeoutNowBuilder().setTerm(-1)),
        malformed("members has 32 node ids, limit 31", h -> addMembers(h, "n", 32)),
        malformed("members is missing", h -> addMembers(h, "", 1)),
        malformed("members with 1 characters is not a node id", h -> addMembers(h, "é", 1)),
        malformed("unknown status 0", h -> h.getForwardResponseBuilder().setStatusValue(0)),
        malformed("unknown status 9", h -> h.getForwardResponseBuilder().setStatusValue(9)),
        malformed("unknown verdict kind 0", h -> verdict(h).setKindValue(0)),
        malformed("unknown verdict kind 9", h -> verdict(h).setKindValue(9)),
        malformed("verdict on 0 sequences", h -> verdict(h).setCount(0)),
        malformed("verdict on -1 sequences", h -> verdict(h).setCount(-1)),
        malformed("expected_sequence is over 2^63-1", h -> verdict(h).setExpectedSequence(-1)),
        malformed("first_sequence is over 2^63-1", h -> verdict(h).setFirstSequence(-1)),
        malformed("producer with 0 bytes", h -> verdict(h).clearProducer()),
        malformed(
            "producer with 256 bytes",
            h -> verdict(h).setProducer(ByteString.copyFromUtf8("p".repeat(256)))),
        malformed(
            "producer with 1 bytes",
            h -> verdict(h).setProducer(ByteString.copyFrom(new byte[] {(byte) 0xff}))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformedHeaders")
  void shouldRefuse(String message, Consumer<Header.Builder> change) {
    // given
    Header.Builder header =
        Header.newBuilder()
            .setProtocolVersion(1)
            .setLogId("orders")
            .setFrom("n1")
            .setTo("n2")
            .setFromIncarnationHigh(1)
            .setFromIncarnationLow(2);
    header.getTimeoutNowBuilder().setTerm(1);
    assertThat(codec.decode(bytes(header)).logId()).isEqualTo("orders");

    // when
    change.accept(header);

    // then
    assertThatThrownBy(() -> codec.decode(bytes(header)))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void shouldRefuseWhenTheHeaderIsEmpty() {
    assertThatThrownBy(() -> codec.decode(ByteBuffer.allocate(0)))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessage("protocol_version is missing");
  }

  @Test
  void shouldRefuseWhenTheHeaderIsTooLong() {
    assertThatThrownBy(() -> codec.decode(ByteBuffer.allocate(Frame.MAX_HEADER_BYTES + 1)))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessage("header has 65537 bytes, limit 65536");
  }

  @Test
  void shouldRefuseWhenTheBytesAreNoProtobuf() {
    assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(new byte[] {(byte) 0xff, 0x01})))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageStartingWith("not a header: ");
  }

  @Test
  void shouldRefuseWhenGroupsAreNestedWithoutEnd() {
    // given: the start of a group with number 100, over and over
    ByteBuffer header = ByteBuffer.allocate(60_000);
    while (header.hasRemaining()) {
      header.put((byte) 0xa3).put((byte) 0x06);
    }

    // then
    assertThatThrownBy(() -> codec.decode(header.flip()))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageContaining("too many levels of nesting");
  }

  static Stream<Arguments> greedyHeaders() {
    Header.Verdict nothing = Header.Verdict.getDefaultInstance();
    Header.Builder verdicts = Header.newBuilder();
    verdicts.getForwardResponseBuilder().addAllVerdicts(Collections.nCopies(32_000, nothing));
    Header.Builder members = Header.newBuilder();
    members.getVoteRequestBuilder().addAllMembers(Collections.nCopies(32_000, ""));
    // A log id, a verdict list and an unknown field that say to have 2^31-1 bytes.
    byte[] longString = {0x12, -1, -1, -1, -1, 0x07};
    byte[] longMessage = {0x72, -1, -1, -1, -1, 0x07};
    byte[] longUnknown = {(byte) 0xa2, 0x06, -1, -1, -1, -1, 0x07};
    return Stream.of(
        Arguments.of("verdicts without content", bytes(verdicts)),
        Arguments.of("members without content", bytes(members)),
        Arguments.of("string without end", ByteBuffer.wrap(longString)),
        Arguments.of("message without end", ByteBuffer.wrap(longMessage)),
        Arguments.of("unknown field without end", ByteBuffer.wrap(longUnknown)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("greedyHeaders")
  void shouldAllocateInProportionToTheHeader(String name, ByteBuffer header) {
    // given
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    refuse(header);

    // when
    long before = threads.getCurrentThreadAllocatedBytes();
    refuse(header);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    // then
    assertThat(allocated).as(name).isLessThan(32_000L + 100L * header.remaining());
  }

  private void refuse(ByteBuffer header) {
    assertThatThrownBy(() -> codec.decode(header)).isInstanceOf(MalformedFrameException.class);
  }

  private static Arguments malformed(String message, Consumer<Header.Builder> change) {
    return Arguments.of(message, change);
  }

  private static void clearFromIncarnation(Header.Builder header) {
    header.clearFromIncarnationHigh().clearFromIncarnationLow();
  }

  private static void addMembers(Header.Builder header, String id, int times) {
    header.getPreVoteRequestBuilder().addAllMembers(Collections.nCopies(times, id));
  }

  /** A valid verdict, to be made invalid. */
  private static Header.Verdict.Builder verdict(Header.Builder header) {
    return header
        .getForwardResponseBuilder()
        .setStatus(Header.ForwardResponse.Status.ACCEPTED)
        .addVerdictsBuilder()
        .setProducer(ByteString.copyFromUtf8("p"))
        .setCount(1)
        .setKind(Header.Verdict.Kind.GAP);
  }

  private static ByteBuffer bytes(Header.Builder header) {
    return ByteBuffer.wrap(header.build().toByteArray());
  }
}
