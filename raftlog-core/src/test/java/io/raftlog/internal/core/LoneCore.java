package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.PreVoteRequest;
import io.raftlog.internal.message.PreVoteResponse;
import io.raftlog.internal.message.RaftMessage;
import io.raftlog.internal.message.VoteRequest;
import io.raftlog.internal.message.VoteResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Node n1 under test; the test itself plays n2, n3 … and sees everything that n1 says. */
final class LoneCore {
  private final CoreCluster cluster;
  private final Server server;
  private final List<Envelope> inbox = new ArrayList<>();

  private LoneCore(CoreCluster cluster) {
    this.cluster = cluster;
    this.server = cluster.server("n1");
    cluster.holdTimers();
    cluster.network().hold(e -> true);
    cluster.checks().othersArePlayed();
    server.start();
  }

  /** A voter among so many, of a cluster formed long ago. */
  static LoneCore voter(int nodes, long term, String terms) {
    CoreCluster cluster = CoreCluster.of(nodes);
    cluster.preset("n1", term, terms);
    return new LoneCore(cluster);
  }

  /** A node with an empty disk. */
  static LoneCore unformed(int nodes) {
    return new LoneCore(CoreCluster.of(nodes));
  }

  /** A voter that has just been elected by everybody, its no-op durable at n1 alone. */
  static LoneCore leader(int nodes, long term, String terms) {
    LoneCore lone = voter(nodes, term - 1, terms);
    lone.becomeCandidate();
    for (int i = 2; i <= nodes; i++) {
      lone.receive("n" + i, new VoteResponse(term, true));
    }
    lone.advance(1);
    return lone;
  }

  /** Calls an election, and has everybody grant the pre-vote. */
  void becomeCandidate() {
    server.expireTimer();
    long term = only(PreVoteRequest.class).term();
    for (NodeId id : cluster.ids()) {
      if (!id.equals(server.id())) {
        receive(id.value(), new PreVoteResponse(term - 1, term, true));
      }
    }
    advance(1);
    sent(VoteRequest.class);
  }

  // ---- what it is told

  /** A message of a node that knows n1, in this incarnation, as a voter. */
  void receive(String from, RaftMessage message) {
    receive(envelope(from, CoreCluster.FORMATION, 1, 1, message));
  }

  /** A message of a node that belongs to no formation. */
  void receiveUnformed(String from, RaftMessage message) {
    receive(envelope(from, Envelope.UNFORMED, 1, 1, message));
  }

  void receive(Envelope envelope) {
    cluster.deliver(envelope);
  }

  /** A message to n1 from an incarnation of a node that knows some incarnation of n1. */
  static Envelope envelope(
      String from, UUID formation, int incarnation, int toIncarnation, RaftMessage message) {
    return new Envelope(
        new NodeId(from),
        new NodeId("n1"),
        formation,
        CoreCluster.incarnation(from, incarnation),
        CoreCluster.incarnation("n1", toIncarnation),
        message);
  }

  /** A leader's entries of these terms, after prevIndex. */
  AppendRequest append(
      long term, long requestId, long prevIndex, long prevTerm, long commit, String terms) {
    return new AppendRequest(
        term, requestId, prevIndex, prevTerm, commit, cluster.extents(prevIndex + 1, terms));
  }

  static AppendResponse acknowledgement(long term, long requestId, long matchIndex) {
    return new AppendResponse(term, requestId, true, matchIndex, 0, 0, 0, 0, false);
  }

  void advance(long millis) {
    cluster.run(millis);
  }

  // ---- what it says

  /** Everything that it has sent since the last look. */
  List<Envelope> sent() {
    List<Envelope> all = new ArrayList<>(inbox);
    inbox.clear();
    all.addAll(cluster.network().takeHeld());
    return all;
  }

  /** The messages of a kind that it has sent since the last look; others stay to be looked at. */
  <M extends RaftMessage> List<M> sent(Class<M> kind) {
    return sentTo(null, kind);
  }

  <M extends RaftMessage> List<M> sentTo(
      @org.jspecify.annotations.Nullable String to, Class<M> kind) {
    List<M> found = new ArrayList<>();
    List<Envelope> rest = new ArrayList<>();
    for (Envelope envelope : sent()) {
      boolean isTo = to == null || envelope.to().value().equals(to);
      if (isTo && kind.isInstance(envelope.message())) {
        found.add(kind.cast(envelope.message()));
      } else {
        rest.add(envelope);
      }
    }
    inbox.addAll(rest);
    return found;
  }

  /** The newest message of a kind, of which there must be one. */
  <M extends RaftMessage> M only(Class<M> kind) {
    List<M> all = sent(kind);
    if (all.isEmpty()) {
      throw new AssertionError("no " + kind.getSimpleName() + " was sent");
    }
    return all.get(all.size() - 1);
  }

  Server server() {
    return server;
  }

  RaftCore core() {
    return server.core();
  }

  Disk disk() {
    return server.disk();
  }

  CoreCluster cluster() {
    return cluster;
  }

  Role.Kind role() {
    return core().role().kind();
  }
}
