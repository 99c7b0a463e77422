package io.raftlog.internal.core;

import io.raftlog.internal.core.Effects.Notice;
import io.raftlog.internal.core.Effects.ReadGrant;
import io.raftlog.internal.core.Effects.RoleChange;
import io.raftlog.internal.entry.Extent;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.PreVoteRequest;
import io.raftlog.internal.message.PreVoteResponse;
import io.raftlog.internal.message.VoteRequest;
import io.raftlog.internal.message.VoteResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What happened in a cluster, one line an event, to be read by people and compared by tests. */
final class Trace {
  private final LongSupplier nanos;
  private final List<String> lines = new ArrayList<>();
  private boolean on;

  Trace(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void start() {
    on = true;
  }

  void stop() {
    on = false;
  }

  List<String> lines() {
    return lines;
  }

  /** What the test itself did. */
  void note(String what) {
    line("---", what);
  }

  void started(Server server, Recovered recovered) {
    line(
        server,
        () ->
            "starts: term=%d vote=%s %s last=%d commit=%d"
                .formatted(
                    recovered.hardState().term(),
                    recovered.hardState().votedFor() == null
                        ? "-"
                        : recovered.hardState().votedFor(),
                    recovered.hardState().isFormed() ? "formed" : "unformed",
                    recovered.lastIndex(),
                    recovered.commitIndex()));
  }

  void crashed(Server server) {
    line(server, () -> "crashes");
  }

  void role(Server server, RoleChange change) {
    line(
        server,
        () ->
            "is %s in term %d%s"
                .formatted(
                    change.role(),
                    change.term(),
                    change.role() == Role.Kind.FOLLOWER && change.leader() != null
                        ? " of " + change.leader()
                        : ""));
  }

  void wrote(Server server, Effects.Write write) {
    HardState state = write.hardState();
    String entries =
        write.toIndex() < write.fromIndex()
            ? ""
            : " entries " + write.fromIndex() + ".." + write.toIndex();
    String truncation = write.truncateFrom() > 0 ? " truncate " + write.truncateFrom() : "";
    line(
        server,
        () ->
            "write %d: term=%d vote=%s %s%s%s"
                .formatted(
                    write.writeId(),
                    state.term(),
                    state.votedFor() == null ? "-" : state.votedFor(),
                    state.isFormed() ? "formed" : "unformed",
                    truncation,
                    entries));
  }

  void durable(Server server, long writeId) {
    line(server, () -> "durable up to write %d".formatted(writeId));
  }

  void committed(Server server, long index) {
    line(server, () -> "commit %d".formatted(index));
  }

  void read(Server server, ReadGrant grant) {
    line(
        server,
        () ->
            "read %d: %s"
                .formatted(grant.readId(), grant.readIndex() < 0 ? "failed" : grant.readIndex()));
  }

  void noticed(Server server, Notice notice) {
    line(server, () -> "notice %s about %s".formatted(notice.kind(), notice.peer()));
  }

  void sent(Server server, Envelope envelope) {
    line(server, () -> "-> %s %s".formatted(envelope.to(), describe(envelope)));
  }

  private static String describe(Envelope envelope) {
    return switch (envelope.message().kind()) {
      case PRE_VOTE_REQUEST -> {
        PreVoteRequest m = (PreVoteRequest) envelope.message();
        yield "pre-vote? term=%d last=%d@%d%s"
            .formatted(
                m.term(),
                m.lastIndex(),
                m.lastTerm(),
                m.members().isEmpty() ? "" : " members=" + m.members());
      }
      case PRE_VOTE_RESPONSE -> {
        PreVoteResponse m = (PreVoteResponse) envelope.message();
        yield "pre-vote %s term=%d for=%d"
            .formatted(m.granted() ? "yes" : "no", m.term(), m.requestTerm());
      }
      case VOTE_REQUEST -> {
        VoteRequest m = (VoteRequest) envelope.message();
        yield "vote? term=%d last=%d@%d%s%s"
            .formatted(
                m.term(),
                m.lastIndex(),
                m.lastTerm(),
                m.transfer() ? " transfer" : "",
                m.members().isEmpty() ? "" : " members=" + m.members());
      }
      case VOTE_RESPONSE -> {
        VoteResponse m = (VoteResponse) envelope.message();
        yield "vote %s term=%d".formatted(m.granted() ? "yes" : "no", m.term());
      }
      case APPEND_REQUEST -> append((AppendRequest) envelope.message());
      case APPEND_RESPONSE -> acknowledgement((AppendResponse) envelope.message());
      case TIMEOUT_NOW -> "stand now! term=" + envelope.message().term();
      default -> throw new AssertionError(envelope);
    };
  }

  private static String append(AppendRequest m) {
    StringBuilder entries = new StringBuilder();
    for (Extent extent : m.entries()) {
      entries.append(entries.isEmpty() ? " entries=" : ",");
      entries.append(extent.index()).append('@').append(extent.term());
      entries.append(extent.membership() == null ? "" : "m");
    }
    return "append #%d term=%d prev=%d@%d commit=%d%s"
        .formatted(m.requestId(), m.term(), m.prevIndex(), m.prevTerm(), m.commitIndex(), entries);
  }

  private static String acknowledgement(AppendResponse m) {
    return m.success()
        ? "append yes #%d term=%d match=%d".formatted(m.requestId(), m.term(), m.matchIndex())
        : "append no #%d term=%d rejected=%d conflict=%d@%d from %d"
            .formatted(
                m.requestId(),
                m.term(),
                m.rejectedIndex(),
                m.conflictIndex(),
                m.conflictTerm(),
                m.conflictFirstIndex());
  }

  private void line(Server server, Supplier<String> what) {
    if (on) {
      long life = server.member().incarnation().getLeastSignificantBits();
      line(server.id() + "'".repeat((int) life - 1), what.get());
    }
  }

  private void line(String name, String what) {
    if (on) {
      lines.add(
          String.format(Locale.ROOT, "%7.1f %-3s %s", nanos.getAsLong() / 1_000_000.0, name, what));
    }
  }
}
