package io.raftlog.internal.core;

import io.raftlog.internal.core.Disk.Entry;
import io.raftlog.internal.entry.Member;
import io.raftlog.internal.entry.Membership;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.VoteRequest;
import io.raftlog.internal.message.VoteResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What must hold whatever happens: Raft's properties (figure 3) and what the core promises about
 * durability. It sees all servers at once, also those that are gone for good.
 */
final class Checks {
  private record VoteKey(Member voter, long term) {}

  /** A committed entry and the term whose leader committed it. */
  private record Committed(Entry entry, long byTerm) {}

  private final Function<Member, @Nullable Disk> disks;
  private final Map<Long, Member> leaders = new HashMap<>();
  private final Map<Long, Long> hashes = new HashMap<>();
  private final Map<VoteKey, Member> votes = new HashMap<>();
  private final List<Committed> committed = new ArrayList<>();
  private final List<Entry> memberships = new ArrayList<>();
  private @Nullable Membership committedMembership;
  private long committedMembershipIndex;
  private boolean othersArePlayed;

  Checks(Function<Member, @Nullable Disk> disks) {
    this.disks = disks;
  }

  /** The test itself plays the other nodes: their disks and commits cannot be looked at. */
  void othersArePlayed() {
    othersArePlayed = true;
  }

  /** Entries that were committed before the test begins. */
  void preset(List<Entry> entries) {
    for (Entry entry : entries) {
      record(entry, entry.extent().term());
    }
  }

  /** How many entries are known to be committed anywhere. */
  long committedIndex() {
    return committed.size();
  }

  /** The newest committed membership, or null. */
  @Nullable Membership committedMembership() {
    return committedMembership;
  }

  /** All that are in force on some server, or that a message under way might bring there. */
  List<Membership> possibleMemberships() {
    List<Membership> possible = new ArrayList<>();
    if (committedMembership != null) {
      possible.add(committedMembership);
      memberships.stream()
          .filter(e -> e.extent().index() > committedMembershipIndex)
          .forEach(e -> possible.add(Objects.requireNonNull(e.extent().membership())));
    }
    return possible;
  }

  Entry committed(long index) {
    return committed.get((int) index - 1).entry();
  }

  /** Log matching: the same index and term means the same entry, and the same ones before it. */
  void onAppend(Server server, Entry entry) {
    long key = entry.extent().index() << 24 | entry.extent().term();
    Long known = hashes.putIfAbsent(key, entry.hash());
    if (known == null && entry.extent().membership() != null) {
      memberships.add(entry);
    }
    check(
        known == null || known == entry.hash(), server, "log matching violated at", entry.extent());
  }

  /** A committed entry stays; a leader's own entries stay while its term lasts. */
  void onTruncate(Server server, Entry entry, long term) {
    long index = entry.extent().index();
    check(
        index > committedIndex() || committed(index).hash() != entry.hash(),
        server,
        "a committed entry was truncated:",
        entry.extent());
    check(
        entry.extent().term() < term,
        server,
        "an entry was truncated in its own term:",
        entry.extent());
  }

  /** Election safety, and leader completeness. */
  void onLeader(Server server, long term) {
    Member other = leaders.putIfAbsent(term, server.member());
    check(other == null || other.equals(server.member()), server, "a second leader in term", term);
    long index = committedIndex();
    while (index > 0 && committed.get((int) index - 1).byTerm() >= term) {
      index--;
    }
    check(
        index == 0 || server.holds(index, committed(index).hash()),
        server,
        "a leader lacks what was committed up to",
        index);
  }

  /** A control entry is about to be proposed: one membership change at a time. */
  void onMembershipProposed(Server server, long term) {
    long commit = server.core().commitIndex();
    for (Entry entry : server.log()) {
      check(
          entry.extent().membership() == null || entry.extent().index() <= commit,
          server,
          "two uncommitted memberships",
          entry.extent());
    }
    check(
        server.log().isEmpty() || server.core().termAt(commit) == term,
        server,
        "a membership was proposed before an entry of the term was committed",
        commit);
  }

  /** The commit index of a server has grown. */
  void onCommit(Server server, long from, long to) {
    check(to >= from, server, "commit decreased to", to);
    for (long index = from + 1; index <= to; index++) {
      Entry entry = server.log().get((int) index - 1);
      if (index <= committedIndex()) {
        check(
            committed(index).hash() == entry.hash(),
            server,
            "another entry was committed at",
            entry.extent());
      } else {
        onFirstCommit(server, entry, to);
      }
    }
  }

  private void onFirstCommit(Server server, Entry entry, long to) {
    RaftCore core = server.core();
    check(
        othersArePlayed || core.role().kind() == Role.Kind.LEADER,
        server,
        "committed by a follower:",
        entry.extent());
    check(
        !server.leads() || core.termAt(to) == core.term(),
        server,
        "an old term was committed by counting at",
        to);
    record(entry, core.term());
    if (entry.extent().index() == to && !othersArePlayed) {
      check(isOnQuorum(server, entry), server, "not durable on a quorum:", entry.extent());
    }
  }

  private void record(Entry entry, long byTerm) {
    committed.add(new Committed(entry, byTerm));
    if (entry.extent().membership() != null) {
      committedMembership = entry.extent().membership();
      committedMembershipIndex = entry.extent().index();
    }
  }

  private boolean isOnQuorum(Server server, Entry entry) {
    Membership membership = server.core().membership();
    return membership != null
        && membership.quorumMatch(
                member -> {
                  Disk disk = disks.apply(member);
                  return disk != null && disk.holds(entry.extent().index(), entry.hash()) ? 1 : 0;
                })
            == 1;
  }

  /** What a message promises must be durable when it leaves. */
  void onSend(Server server, Envelope envelope) {
    switch (envelope.message().kind()) {
      case VOTE_REQUEST -> {
        VoteRequest request = (VoteRequest) envelope.message();
        onVote(server, request.term(), server.member());
      }
      case VOTE_RESPONSE -> {
        VoteResponse response = (VoteResponse) envelope.message();
        if (response.granted()) {
          Member candidate = new Member(envelope.to(), envelope.toIncarnation());
          onVote(server, response.term(), candidate);
        }
      }
      case APPEND_RESPONSE -> onAcknowledgement(server, (AppendResponse) envelope.message());
      default -> {}
    }
  }

  /** One vote per term, across restarts, and durable before anybody hears of it. */
  private void onVote(Server server, long term, Member candidate) {
    Member other = votes.putIfAbsent(new VoteKey(server.member(), term), candidate);
    check(other == null || other.equals(candidate), server, "a second vote in term", term);
    HardState durable = server.disk().hardState();
    check(
        durable.term() > term
            || (durable.term() == term && candidate.node().equals(durable.votedFor())),
        server,
        "a vote left before it was durable, in term",
        term);
  }

  private void onAcknowledgement(Server server, AppendResponse response) {
    Disk disk = server.disk();
    check(
        disk.hardState().term() >= response.term(),
        server,
        "answered in a term that is not durable:",
        response);
    long match = response.matchIndex();
    check(
        match == 0
            || (match <= server.log().size()
                && disk.holds(match, server.log().get((int) match - 1).hash())),
        server,
        "acknowledged before durable:",
        response);
  }

  /** A linearizable read sees everything that was committed when it was asked. */
  void onReadGranted(Server server, long committedWhenAsked, long readIndex) {
    check(readIndex >= committedWhenAsked, server, "a stale read at", readIndex);
    check(readIndex <= committedIndex(), server, "a read of uncommitted entries at", readIndex);
  }

  private static void check(boolean holds, Server server, String what, Object value) {
    if (!holds) {
      throw new AssertionError(server.member() + ": " + what + " " + value);
    }
  }
}
