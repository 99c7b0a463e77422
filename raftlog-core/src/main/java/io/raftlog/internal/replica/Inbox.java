package io.raftlog.internal.replica;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.EntryHeader;
import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.entry.MalformedEntryException;
import io.raftlog.internal.entry.RunCursor;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.ForwardResponse;
import io.raftlog.internal.message.RaftMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What other threads bring to a replica's loop. Any thread adds, the loop thread takes. Messages
 * are bounded in bytes: beyond, they are dropped, as a network may.
 */
final class Inbox {
  /** Most bytes of messages that wait for the loop: 128 MiB, four of the largest frames. */
  static final long MAX_BYTES = 128L << 20;

  /** How many events the loop takes before it comes round: others bring more all the time. */
  static final int MAX_EVENTS_OF_A_ROUND = 4096;

  /** What a message costs beside its body, and each verdict that it has. */
  private static final int MESSAGE_BYTES = 256;

  /** Something for the loop. */
  sealed interface Event
      permits Received, CatchUpRead, ReadAsked, ReadAbandoned, Disconnected, Failed, CloseAsked {
    /** One constant a kind, for exhaustive switches. */
    enum Kind {
      RECEIVED,
      CATCH_UP_READ,
      READ_ASKED,
      READ_ABANDONED,
      DISCONNECTED,
      FAILED,
      CLOSE_ASKED
    }

    Kind kind();
  }

  /** A message, with an append request's entries, or a forward request's appends. */
  record Received(Envelope envelope, List<LogEntry> entries, ByteBuffer body, long cost)
      implements Event {
    @Override
    public Kind kind() {
      return Kind.RECEIVED;
    }
  }

  /** Entries for a follower have been read from the storage. */
  record CatchUpRead(Replicator.CatchUp catchUp) implements Event {
    @Override
    public Kind kind() {
      return Kind.CATCH_UP_READ;
    }
  }

  /** A read cannot be served yet. */
  record ReadAsked(WaitingRead read) implements Event {
    @Override
    public Kind kind() {
      return Kind.READ_ASKED;
    }
  }

  /** Whoever called the read has completed it himself. */
  record ReadAbandoned(WaitingRead read) implements Event {
    @Override
    public Kind kind() {
      return Kind.READ_ABANDONED;
    }
  }

  /** The connection to a peer was lost. */
  record Disconnected(NodeId peer) implements Event {
    @Override
    public Kind kind() {
      return Kind.DISCONNECTED;
    }
  }

  /** Something failed off the loop that makes this replica unreliable. */
  record Failed(Throwable cause) implements Event {
    @Override
    public Kind kind() {
      return Kind.FAILED;
    }
  }

  /** The node is being closed. */
  record CloseAsked() implements Event {
    @Override
    public Kind kind() {
      return Kind.CLOSE_ASKED;
    }
  }

  private static final ByteBuffer NO_BODY = ByteBuffer.allocate(0);

  private final Runnable wakeUp;
  private final ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();

  /** Peers whose loss the loop has not heard of yet: once is enough. */
  private final Set<NodeId> lost = ConcurrentHashMap.newKeySet();

  private int leftOfRound;

  Inbox(Runnable wakeUp) {
    this.wakeUp = wakeUp;
  }

  /** Begins a round of the loop. Loop thread only. */
  void beginRound() {
    leftOfRound = MAX_EVENTS_OF_A_ROUND;
  }

  /** The round's next event; null when it has had enough, and then the loop comes round again. */
  @Nullable Event pollInRound() {
    if (leftOfRound-- > 0) {
      return poll();
    }
    wakeUp.run();
    return null;
  }

  /** The next event, whatever the round has had. */
  @Nullable Event poll() {
    Event event = events.poll();
    if (event instanceof Received received) {
      bytes.addAndGet(-received.cost());
    } else if (event instanceof Disconnected disconnected) {
      lost.remove(disconnected.peer());
    }
    return event;
  }

  /**
   * Checks a message's body, on the thread that received it, and queues the message.
   *
   * @throws MalformedEntryException when the body is not what such a message has
   */
  void receive(Envelope envelope, List<ByteBuffer> body) {
    long cost = MESSAGE_BYTES;
    if (envelope.message() instanceof ForwardResponse response) {
      cost += (long) MESSAGE_BYTES * response.verdicts().size();
    }
    for (ByteBuffer part : body) {
      cost += part.remaining();
    }
    if (bytes.addAndGet(cost) > MAX_BYTES) {
      bytes.addAndGet(-cost);
      return;
    }
    Received received;
    try {
      received = parse(envelope, body, cost);
    } catch (Throwable e) {
      bytes.addAndGet(-cost);
      throw e;
    }
    add(received);
  }

  private static Received parse(Envelope envelope, List<ByteBuffer> body, long cost) {
    RaftMessage message = envelope.message();
    return switch (message.kind()) {
      case APPEND_REQUEST -> {
        List<LogEntry> entries = parseEntries((AppendRequest) message, joined(body));
        yield new Received(withEntries(envelope, entries), entries, NO_BODY, cost);
      }
      case FORWARD_REQUEST -> {
        // A copy: this becomes an entry, and the frame's buffers may be the sender's own.
        ByteBuffer joined = joined(body);
        ByteBuffer draft = ByteBuffer.allocate(joined.remaining()).put(joined).flip();
        for (RunCursor run = new RunCursor(draft); run.nextRun(); ) {
          // It becomes part of an entry, whose own checksum would hide what was damaged before.
          run.checkBodies();
        }
        yield new Received(envelope, List.of(), draft, cost);
      }
      default -> new Received(envelope, List.of(), NO_BODY, cost);
    };
  }

  private static ByteBuffer joined(List<ByteBuffer> body) {
    if (body.size() == 1) {
      return body.get(0).slice();
    }
    int length = 0;
    for (ByteBuffer part : body) {
      length += part.remaining();
    }
    ByteBuffer joined = ByteBuffer.allocate(length);
    body.forEach(part -> joined.put(part.duplicate()));
    return joined.flip();
  }

  private static List<LogEntry> parseEntries(AppendRequest request, ByteBuffer body) {
    List<LogEntry> entries = new ArrayList<>();
    long index = request.prevIndex();
    long term = request.prevTerm();
    while (body.hasRemaining()) {
      LogEntry entry = LogEntry.parse(body).mustBe(++index).checkBody();
      EntryHeader header = entry.header();
      if (header.term() < term || header.term() > request.term()) {
        throw new MalformedEntryException(
            "entry " + index + " has term " + header.term() + " after " + term);
      }
      term = header.term();
      entries.add(entry);
      body.position(body.position() + header.length());
    }
    return entries;
  }

  private static Envelope withEntries(Envelope envelope, List<LogEntry> entries) {
    AppendRequest request = (AppendRequest) envelope.message();
    List<Extent> extents = new ArrayList<>(entries.size());
    for (LogEntry entry : entries) {
      extents.add(entry.extent());
    }
    return new Envelope(
        envelope.from(),
        envelope.to(),
        envelope.formation(),
        envelope.fromIncarnation(),
        envelope.toIncarnation(),
        new AppendRequest(
            request.term(),
            request.requestId(),
            request.prevIndex(),
            request.prevTerm(),
            request.commitIndex(),
            extents));
  }

  void disconnected(NodeId peer) {
    if (lost.add(peer)) {
      add(new Disconnected(peer));
    }
  }

  void readForFollower(Replicator.CatchUp catchUp) {
    add(new CatchUpRead(catchUp));
  }

  void failed(Throwable cause) {
    add(new Failed(cause));
  }

  void add(Event event) {
    events.add(event);
    wakeUp.run();
  }
}
