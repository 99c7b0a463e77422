package io.raftlog.simulation.mutants;

import java.util.List;

/** Bugs that others have shipped, in our code. The simulator must find every one of them. */
final class Mutants {
  static final List<Mutant> ALL =
      List.of(
          // Votes
          Mutant.of(
              "a vote is granted before it is durable",
              "core/Elections.java",
              "core.replyWhenDurable(envelope, new VoteResponse(core.term(), granted));",
              "core.replyNow(envelope, new VoteResponse(core.term(), granted));"),
          Mutant.of(
              "votes are asked for before the own vote is durable",
              "core/Elections.java",
              "core.sendWhenDurable(peer, request);",
              "core.sendNow(peer, request);"),
          Mutant.of(
              "the vote is forgotten in a restart",
              "replica/HardStateCodec.java",
              "vote.length == 0 ?",
              "vote.length >= 0 ?"),
          Mutant.of(
              "a restart resumes an old term",
              "replica/HardStateCodec.java",
              "long term = from.getLong();",
              "long term = Math.max(0, from.getLong() - 1);"),
          Mutant.of(
              "a candidate with a shorter log gets votes",
              "core/Elections.java",
              "lastIndex >= core.log.lastIndex()",
              "lastIndex >= 0"),
          Mutant.of(
                  "two candidates get a vote in one term",
                  "core/Elections.java",
                  "(votedFor == null ? core.role().leader() == null : votedForThis(envelope, votedFor))",
                  "(core.role().leader() == null)")
              .and(
                  "core/HardState.java",
                  "votedFor == null || votedFor.equals(candidate)",
                  "candidate != null"),
          Mutant.of(
                  "an empty disk votes under an old id",
                  "core/Cluster.java",
                  "return envelope.toIncarnation().equals(self.incarnation());",
                  "return true;")
              .and(
                  "core/VoteTally.java",
                  "m.incarnation().equals(votes.get(m.node())) ? 1 : 0",
                  "votes.containsKey(m.node()) ? 1 : 0")
              .and(
                  "core/Cluster.java",
                  "|| membership.contains(new Member(envelope.from(), envelope.fromIncarnation()));",
                  "|| envelope != null;"),
          Mutant.of(
              "a formation is told before it is durable",
              "core/Leading.java",
              "return formation != null && core.writes.durableIndex() < Math.max(1, leader.firstIndex);",
              "return false;"),
          Mutant.of(
              "a leader without a quorum goes on leading",
              "core/Leading.java",
              "if (isDeaf || isLeftOut()) {",
              "if (isLeftOut()) {"),
          // Replication
          Mutant.of(
              "entries are acknowledged before they are durable",
              "core/Following.java",
              "Math.min(follower.verifiedIndex, core.writes.durableIndex())",
              "follower.verifiedIndex"),
          Mutant.of(
              "a heartbeat acknowledges more than it verified",
              "core/Following.java",
              "follower.verifiedIndex = Math.max(follower.verifiedIndex, verified);",
              "follower.verifiedIndex = log.lastIndex();"),
          Mutant.of(
              "a follower commits beyond what was verified",
              "core/Following.java",
              "core.advanceCommitTo(Math.min(request.commitIndex(), verified));",
              "core.advanceCommitTo(Math.min(request.commitIndex(), log.lastIndex()));"),
          Mutant.of(
              "entries of old terms are committed by counting",
              "core/Leading.java",
              "index > core.commitIndex() && core.log.termAt(index) == core.term()",
              "index > core.commitIndex()"),
          Mutant.of(
              "a leader commits what only its own disk has",
              "core/ReplicationTracker.java",
              "return quorum(core.writes.durableIndex(), FollowerProgress::matchIndex);",
              "return core.writes.durableIndex();"),
          Mutant.of(
              "the leader counts its own write before it is durable",
              "core/ReplicationTracker.java",
              "quorum(core.writes.durableIndex(), FollowerProgress::matchIndex)",
              "quorum(core.log.lastIndex(), FollowerProgress::matchIndex)"),
          Mutant.of(
              "everything after prev is removed without a conflict",
              "core/Following.java",
              "if (ownTerm == entry.term() || (ownTerm < 0 && entry.index() <= core.commitIndex())) {",
              "if (entry.index() <= core.commitIndex()) {"),
          Mutant.of(
              "conflicting entries are not removed",
              "core/Following.java",
              "if (ownTerm == entry.term() ||",
              "if (ownTerm > 0 ||"),
          Mutant.of(
              "the completion of an overwritten write counts",
              "core/PendingWrites.java",
              "Math.min(write.lastIndex(), fromIndex - 1)",
              "write.lastIndex()"),
          Mutant.of(
              "answers to an earlier term's requests are accepted",
              "core/RaftCore.java",
              "} else if (response.term() == term() && role instanceof Leader leader) {",
              "} else if (role instanceof Leader leader) {"),
          Mutant.of(
                  "an old leader's entries are accepted after a term change",
                  "core/Following.java",
                  "if (request.term() < core.term()) {",
                  "if (request.term() < core.term() - 1) {")
              .and(
                  "core/Following.java",
                  "term > core.term() || core.role().kind() != Role.Kind.LEADER,",
                  "core.role().kind() != Role.Kind.LEADER,"),
          Mutant.of(
              "a lost probe is never sent again",
              "core/FollowerProgress.java",
              "return probeOutstanding && nowNanos - probeSentNanos < patienceNanos;",
              "return probeOutstanding;"),
          Mutant.of(
              "replaced entries stay in memory",
              "replica/MessageIntake.java",
              "(known != null && known.term() != entry.term())",
              "(known == null)"),
          Mutant.of(
              "entries leave the memory before they are durable",
              "replica/Replica.java",
              "Math.min(applier.appliedIndex(), core.durableIndex())",
              "applier.appliedIndex()"),
          Mutant.of(
              "a membership is changed before an entry of the term is committed",
              "core/Leading.java",
              "Math.max(leader.firstIndex, core.log.membershipIndex())",
              "core.log.membershipIndex()"),
          // Reads
          Mutant.of(
              "a new leader serves reads before it has committed in its term",
              "core/Leading.java",
              "leader.reads.wantsRound() && ownTermCommitted()",
              "leader.reads.wantsRound()"),
          Mutant.of(
              "a deposed leader serves reads",
              "core/PendingReads.java",
              "requestId < roundRequestId",
              "requestId < 0"),
          Mutant.of(
              "a read is served before its index is applied",
              "replica/LinearizableReads.java",
              "read.readIndex > 0 && read.readIndex <= appliedIndex",
              "read.readIndex > 0"),
          // Recovery
          Mutant.of(
              "an entry's checksum is not looked at",
              "entry/EntryLayout.java",
              "if (expected != actual) {",
              "if (length < 0) {"),
          Mutant.of(
              "the hard state's checksum is not looked at",
              "replica/HardStateCodec.java",
              "if (from.getInt() != crc(from.duplicate().position(0))) {",
              "if (from.getInt() == 0 && crc(from.duplicate().position(0)) != 0) {"),
          Mutant.of(
              "the checkpoint's checksum is not looked at",
              "replica/Checkpoint.java",
              "if (from.getInt() != crc(from.duplicate().position(0))) {",
              "if (from.getInt() == 0 && crc(from.duplicate().position(0)) != 0) {"),
          Mutant.of(
              "a failed write is ignored",
              "replica/Journal.java",
              "failure.compareAndSet(null, cause);",
              "failure.get();"),
          // Deduplication
          Mutant.of(
              "the producer table is lost in a restart",
              "replica/Replica.java",
              "ProducerTable producers = checkpoint.producers();",
              "ProducerTable producers = new ProducerTable(10_000);"),
          Mutant.of(
              "a new leader does not know the producers of its uncommitted entries",
              "replica/LogApplier.java",
              "index <= tail.cache().toIndex()",
              "index <= appliedIndex"),
          Mutant.of(
              "the checkpoint is of another point than the producer table",
              "replica/LogApplier.java",
              "return new Checkpoint(\n        appliedIndex,",
              "return new Checkpoint(\n        appliedIndex - 1,"),
          Mutant.of(
                  "a gap is accepted",
                  "producer/ProducerTable.java",
                  "if (firstSequence == last + 1) {",
                  "if (firstSequence > last) {")
              .and(
                  "producer/ProducerTable.java",
                  "if (firstSequence != last + 1) {",
                  "if (firstSequence <= last) {"),
          Mutant.of(
                  "an unknown producer is accepted at any sequence",
                  "producer/ProducerTable.java",
                  "return firstSequence == 0 ? Check.NEXT : Check.UNKNOWN_PRODUCER;",
                  "return Check.NEXT;")
              .and(
                  "producer/ProducerTable.java",
                  "if (firstSequence != last + 1) {",
                  "if (firstSequence <= last) {"),
          Mutant.of(
                  "duplicates are not recognised",
                  "producer/ProducerTable.java",
                  "if (firstSequence == last + 1) {",
                  "if (firstSequence <= last + 1) {")
              .and(
                  "producer/ProducerTable.java",
                  "if (firstSequence != last + 1) {",
                  "if (firstSequence > last + 1) {"),
          Mutant.of(
              "an append is refused without asking whether this leader still leads",
              "replica/Admission.java",
              "if (confirmed) {",
              "if (confirmed || parkedBytes == 0) {"),
          Mutant.of(
              "delayed forward requests are acted on",
              "replica/ForwardedAppends.java",
              "if (request.forwardId() <= requestId) {",
              "if (request.forwardId() < 0) {"),
          Mutant.of(
              "a duplicate of an uncommitted append is acknowledged early",
              "replica/PendingAppends.java",
              "head.answered && head.lastSequence() <= lastCommitted",
              "head.answered"),
          Mutant.of(
              "offsets are counted in another number space",
              "producer/ProducerTable.java",
              "long offset = first.firstOffset() + firstSequence - first.firstSequence();",
              "long offset = first.firstOffset() + firstSequence;"),
          // Lifecycle
          Mutant.of(
                  "appends of a deposed leader wait for ever",
                  "replica/AppendDispatcher.java",
                  "pending.rewind();",
                  "pending.hasUnsent();")
              .and(
                  "replica/PendingAppends.java",
                  "while (first != null && nowNanos - first.deadlineNanos >= 0) {",
                  "while (first != null && nowNanos == 0) {"),
          Mutant.of(
              "a failed replica leaves its callers waiting",
              "replica/PendingAppends.java",
              "  void failAll(Function<PendingAppend, RaftLogException> cause) {\n    while (first != null) {",
              "  void failAll(Function<PendingAppend, RaftLogException> cause) {\n    while (first == cause) {"),
          Mutant.of(
                  "linearizable reads hang across a leader change",
                  "replica/LinearizableReads.java",
                  "} else if (read.readIndex == 0 && mustAsk(read, nowNanos)) {",
                  "} else if (read.readIndex < 0) {")
              .and(
                  "replica/LinearizableReads.java",
                  "} else if (nowNanos - read.deadlineNanos >= 0) {",
                  "} else if (read.deadlineNanos == nowNanos) {"));

  private Mutants() {}
}
