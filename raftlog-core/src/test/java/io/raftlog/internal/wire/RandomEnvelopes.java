package io.raftlog.internal.wire;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.Membership;
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
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Valid envelopes with arbitrary values of every magnitude, the same for the same seed. */
final class RandomEnvelopes {
  private static final String ID_CHARACTERS = "abcxyzABCXYZ0189._-";

  private final Random random;

  /** As in a cluster, the same ids come again and again. */
  private final List<String> ids;

  RandomEnvelopes(long seed) {
    random = new Random(seed);
    ids = Stream.generate(this::newId).limit(100).toList();
  }

  Envelope envelope(RaftMessage.Kind kind) {
    return new Envelope(
        node(),
        node(),
        random.nextInt(4) == 0 ? Envelope.UNFORMED : uuid(),
        uuid(),
        random.nextInt(4) == 0 ? Envelope.NO_INCARNATION : uuid(),
        message(kind));
  }

  String logId() {
    return id();
  }

  private RaftMessage message(RaftMessage.Kind kind) {
    return switch (kind) {
      case PRE_VOTE_REQUEST -> new PreVoteRequest(natural(), natural(), natural(), members());
      case PRE_VOTE_RESPONSE -> new PreVoteResponse(natural(), natural(), random.nextBoolean());
      case VOTE_REQUEST ->
          new VoteRequest(natural(), natural(), natural(), random.nextBoolean(), members());
      case VOTE_RESPONSE -> new VoteResponse(natural(), random.nextBoolean());
      case APPEND_REQUEST -> appendRequest();
      case APPEND_RESPONSE ->
          new AppendResponse(
              natural(),
              natural(),
              random.nextBoolean(),
              natural(),
              natural(),
              natural(),
              natural(),
              natural(),
              random.nextBoolean());
      case TIMEOUT_NOW -> new TimeoutNow(natural());
      case FORWARD_REQUEST -> new ForwardRequest(natural(), natural(), natural(), natural());
      case FORWARD_RESPONSE ->
          new ForwardResponse(
              natural(),
              natural(),
              natural(),
              any(ForwardResponse.Status.values()),
              verdicts(),
              random.nextInt(Integer.MAX_VALUE),
              random.nextInt(Integer.MAX_VALUE));
      case READ_INDEX_REQUEST -> new ReadIndexRequest(natural(), natural(), natural());
      case READ_INDEX_RESPONSE -> new ReadIndexResponse(natural(), natural(), natural(), natural());
    };
  }

  private AppendRequest appendRequest() {
    long prevIndex = natural();
    long prevTerm = prevIndex == 0 ? 0 : Math.max(1, natural());
    return new AppendRequest(natural(), natural(), prevIndex, prevTerm, natural(), List.of());
  }

  private List<NodeId> members() {
    return Stream.generate(this::node).limit(random.nextInt(Membership.MAX_VOTERS + 1)).toList();
  }

  private List<Verdict> verdicts() {
    return Stream.generate(this::verdict).limit(random.nextInt(8)).toList();
  }

  private Verdict verdict() {
    return new Verdict(
        producer(),
        natural(),
        1 + random.nextInt(Integer.MAX_VALUE),
        any(Verdict.Kind.values()),
        natural(),
        natural());
  }

  private ProducerId producer() {
    String character = any(new String[] {"a", "é", "漢", "😀"});
    int most = EntryLayout.MAX_PRODUCER_ID_BYTES / 4;
    return ProducerId.of(character.repeat(1 + random.nextInt(most)));
  }

  private NodeId node() {
    return new NodeId(id());
  }

  private String id() {
    return ids.get(random.nextInt(ids.size()));
  }

  private String newId() {
    StringBuilder id = new StringBuilder();
    IntStream.rangeClosed(0, random.nextInt(NodeId.MAX_LENGTH))
        .forEach(i -> id.append(ID_CHARACTERS.charAt(random.nextInt(ID_CHARACTERS.length()))));
    return id.toString();
  }

  private UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private long natural() {
    return random.nextLong() >>> (1 + random.nextInt(63));
  }

  private <T> T any(T[] values) {
    return values[random.nextInt(values.length)];
  }
}
