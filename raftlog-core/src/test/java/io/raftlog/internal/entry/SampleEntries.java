package io.raftlog.internal.entry;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.Message;
import io.raftlog.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** One whole entry a kind, always the same. */
final class SampleEntries {
  static final ProducerId ORDERS = ProducerId.of("orders-é");
  static final ProducerId BILLING = ProducerId.of("billing");

  static final List<ControlRun> CONTROL_RUNS =
      List.of(
          new ControlRun.Registration(ORDERS, 17, 0x7172737475767778L),
          new ControlRun.Claim(new SubscriptionId(BILLING), 18, 0x6162636465666768L, 7),
          new ControlRun.Position(new SubscriptionId(ORDERS), 19, 1_000_000),
          new ControlRun.Removal(new SubscriptionId(BILLING), 20));

  private static final int MAX_PRODUCERS = 10_000;
  private static final long EXPIRY_NANOS = 604_800_000_000_000L;

  private SampleEntries() {}

  static ByteBuffer of(EntryKind kind) {
    return switch (kind) {
      case RECORDS -> records();
      case NO_OP -> control(EntryKind.NO_OP, ByteBuffer.allocate(EntryLayout.HEADER_BYTES));
      case MEMBERSHIP -> membershipEntry(membership());
    };
  }

  static byte[] bytesOf(EntryKind kind) {
    return bytes(of(kind));
  }

  static byte[] bytes(ByteBuffer entry) {
    byte[] bytes = new byte[entry.remaining()];
    entry.duplicate().get(bytes);
    return bytes;
  }

  /** Two runs: a single record and a list of two that continues it, then another producer's. */
  private static ByteBuffer records() {
    EntryDraft draft = new EntryDraft(0);
    append(draft, ORDERS, 42, "one");
    append(draft, ORDERS, 43, "two", "");
    append(draft, BILLING, 0, "漢");
    ByteBuffer entry = draft.finish();
    EntryLayout.putHeader(entry, header(EntryKind.RECORDS, entry, draft.recordCount()));
    return entry;
  }

  /** A registration, records under it with key and headers, and one under none. */
  static ByteBuffer structuredRecords() {
    EntryDraft draft = new EntryDraft(0);
    draft.append(new ControlRun.Registration(ORDERS, 17, 0x7172737475767778L));
    Message message =
        Message.of(utf8("payload"))
            .withKey(utf8("key"))
            .withHeader("a", utf8("1"))
            .withHeader("漢", utf8(""))
            .withHeader("a", utf8("2"));
    // Both structured, as what was stored before is: today the second one would not be.
    List<byte[]> bodies =
        List.of(StructuredBody.encode(message), StructuredBody.encode(Message.of(utf8(""))));
    int first =
        draft.append(ORDERS, 18, 42, new RecordBodies(bodies, BitSet.valueOf(new long[] {0b11})));
    assertThat(first).isPositive();
    append(draft, ORDERS, 44, "plain");
    ByteBuffer entry = draft.finish();
    EntryLayout.putHeader(entry, header(EntryKind.RECORDS, entry, draft.recordCount()));
    return entry;
  }

  /** One control run of each kind. */
  static ByteBuffer controlRuns() {
    EntryDraft draft = new EntryDraft(0);
    CONTROL_RUNS.forEach(draft::append);
    ByteBuffer entry = draft.finish();
    EntryLayout.putHeader(entry, header(EntryKind.RECORDS, entry, 0));
    return entry;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void append(
      EntryDraft draft, ProducerId producer, long firstSequence, String... payloads) {
    List<byte[]> bytes =
        Stream.of(payloads).map(payload -> payload.getBytes(StandardCharsets.UTF_8)).toList();
    int unused = draft.append(producer, 0, firstSequence, RecordBodies.of(bytes));
  }

  static ByteBuffer membershipEntry(Membership membership) {
    ByteBuffer entry =
        ByteBuffer.allocate(EntryLayout.HEADER_BYTES + membership.encodedBytes())
            .position(EntryLayout.HEADER_BYTES);
    membership.encode(entry);
    return control(EntryKind.MEMBERSHIP, entry.rewind());
  }

  private static ByteBuffer control(EntryKind kind, ByteBuffer entry) {
    EntryLayout.putHeader(entry, header(kind, entry, 0));
    return entry;
  }

  private static EntryHeader header(EntryKind kind, ByteBuffer entry, int recordCount) {
    return new EntryHeader(
        kind,
        entry.limit(),
        recordCount,
        0x0102030405060708L,
        7,
        0x1112131415161718L,
        1_700_000_000_123L,
        5_000_000_000L);
  }

  static Membership membership() {
    return new Membership(
        List.of(member("n1", 1), member("n2", 2), member("n3", 3)),
        List.of(),
        new LogSettings(MAX_PRODUCERS, EXPIRY_NANOS));
  }

  static Membership jointMembership() {
    return membership().readmitting(new NodeId("n2"), new UUID(2, 22));
  }

  static Member member(String node, long incarnation) {
    return new Member(new NodeId(node), new UUID(0x4142434445464748L, incarnation));
  }
}
