package io.raftlog.simulation.mutants;

import java.util.List;

/** Bugs that others have shipped, in our code. The simulator must find every one of them. */
public final class Mutants {
  /** All of them. */
  public static final List<Mutant> ALL =
      List.of(
          // Votes
          Mutant.of(
              "a vote is granted before it is durable",
              "persisting the vote failed, yet it was granted",
              "core/Elections.java",
              "core.replyWhenDurable(envelope, new VoteResponse(core.term(), granted));",
              "core.replyNow(envelope, new VoteResponse(core.term(), granted));"),
          Mutant.of(
              "votes are asked for before the own vote is durable",
              "RequestVote sent before the own vote was durable",
              "core/Elections.java",
              "core.sendWhenDurable(peer, request);",
              "core.sendNow(peer, request);"),
          Mutant.of(
                  "the vote is forgotten in a restart",
                  "metadata short or zeroed: the vote is gone after a restart",
                  "replica/HardStateCodec.java",
                  "vote.length == 0 ?",
                  "vote.length >= 0 ?")
              .andIsSlow(),
          Mutant.of(
              "a restart resumes an old term",
              "a restarted leader resumed its old term",
              "replica/HardStateCodec.java",
              "long term = from.getLong();",
              "long term = Math.max(0, from.getLong() - 1);"),
          Mutant.of(
                  "a candidate with a shorter log gets votes",
                  "an isolated node with a higher term and a shorter log",
                  "core/Elections.java",
                  "lastIndex >= core.log.lastIndex()",
                  "lastIndex >= 0")
              .andIsSlow(),
          Mutant.of(
                  "two candidates get a vote in one term",
                  "two candidates in lock-step, both with a majority",
                  "core/Elections.java",
                  "(votedFor == null ? core.role().leader() == null : votedForThis(envelope, votedFor))",
                  "(core.role().leader() == null)")
              .and(
                  "core/HardState.java",
                  "votedFor == null || votedFor.equals(candidate)",
                  "candidate != null")
              .andIsSlow(),
          Mutant.of(
                  "an empty disk votes under an old id",
                  "an empty disk voted under an old id",
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
                  "|| envelope != null;")
              .andIsSlow(),
          Mutant.of(
                  "a formation is told before it is durable",
                  "messages before the log was open",
                  "core/Leading.java",
                  "return formation != null && core.writes.durableIndex() < Math.max(1, leader.firstIndex);",
                  "return false;")
              .andIsSlow(),
          Mutant.of(
              "a leader without a quorum goes on leading",
              "an isolated leader went on (no check-quorum)",
              "core/Leading.java",
              "if (isDeaf || isLeftOut()) {",
              "if (isLeftOut()) {"),
          // Replication
          Mutant.of(
              "entries are acknowledged before they are durable",
              "acknowledged before durable",
              "core/Following.java",
              "Math.min(follower.verifiedIndex, core.writes.durableIndex())",
              "follower.verifiedIndex"),
          Mutant.of(
                  "a heartbeat acknowledges more than it verified",
                  "a heartbeat's success raised matchIndex past what it verified",
                  "core/Following.java",
                  "follower.verifiedIndex = Math.max(follower.verifiedIndex, verified);",
                  "follower.verifiedIndex = log.lastIndex();")
              .andIsSlow(),
          Mutant.of(
                  "a follower commits beyond what was verified",
                  "a follower committed to the leader's commit, not to the verified index",
                  "core/Following.java",
                  "core.advanceCommitTo(Math.min(request.commitIndex(), verified));",
                  "core.advanceCommitTo(Math.min(request.commitIndex(), log.lastIndex()));")
              .andIsSlow(),
          Mutant.of(
              "entries of old terms are committed by counting",
              "old terms were committed by counting (figure 8)",
              "core/Leading.java",
              "index > core.commitIndex() && core.log.termAt(index) == core.term()",
              "index > core.commitIndex()"),
          Mutant.of(
              "a leader commits what only its own disk has",
              "committed without a majority",
              "core/ReplicationTracker.java",
              "return quorum(core.writes.durableIndex(), FollowerProgress::matchIndex);",
              "return core.writes.durableIndex();"),
          Mutant.of(
              "the leader counts its own write before it is durable",
              "the leader counted itself before its own fsync",
              "core/ReplicationTracker.java",
              "quorum(core.writes.durableIndex(), FollowerProgress::matchIndex)",
              "quorum(core.log.lastIndex(), FollowerProgress::matchIndex)"),
          Mutant.of(
                  "everything after prev is removed without a conflict",
                  "truncation below commit: delete after prev without a conflict",
                  "core/Following.java",
                  "if (ownTerm == entry.term() || (ownTerm < 0 && entry.index() <= core.commitIndex())) {",
                  "if (entry.index() <= core.commitIndex()) {")
              .andIsSlow(),
          Mutant.of(
                  "conflicting entries are not removed",
                  "an old leader's entries stayed in a follower's log",
                  "core/Following.java",
                  "if (ownTerm == entry.term() ||",
                  "if (ownTerm > 0 ||")
              .andIsSlow(),
          Mutant.of(
                  "the completion of an overwritten write counts",
                  "the completion of an overwritten append counted (ABA)",
                  "core/PendingWrites.java",
                  "Math.min(write.lastIndex(), fromIndex - 1)",
                  "write.lastIndex()")
              .andIsSlow(),
          Mutant.of(
                  "answers to an earlier term's requests are accepted",
                  "a stale reply was accepted",
                  "core/RaftCore.java",
                  "} else if (response.term() == term() && role instanceof Leader leader) {",
                  "} else if (role instanceof Leader leader) {")
              .and(
                  "core/Following.java",
                  "new AppendResponse(core.term(), 0, false,",
                  "new AppendResponse(core.term(), request.requestId(), false,")
              .andIsSlow(),
          Mutant.of(
                  "an old leader's entries are accepted after a term change",
                  "an old leader's delayed append was accepted after a term change",
                  "core/Following.java",
                  "if (request.term() < core.term()) {",
                  "if (request.term() < core.term() - 1) {")
              .and(
                  "core/Following.java",
                  "term > core.term() || core.role().kind() != Role.Kind.LEADER,",
                  "core.role().kind() != Role.Kind.LEADER,")
              .andIsSlow(),
          Mutant.of(
                  "a lost probe is never sent again",
                  "a response was lost, and nothing re-sent while idle",
                  "core/FollowerProgress.java",
                  "return probeOutstanding && nowNanos - probeSentNanos < patienceNanos << slowness;",
                  "return probeOutstanding;")
              .andIsSlow(),
          Mutant.of(
              "replaced entries stay in memory",
              "a queued buffer was reused before it was written",
              "replica/MessageIntake.java",
              "(known != null && known.term() != entry.term())",
              "(known == null)"),
          Mutant.of(
                  "entries leave the memory before they are durable",
                  "a buffer was released before it was written",
                  "replica/Replica.java",
                  "Math.min(applier.appliedIndex(), core.durableIndex())",
                  "applier.appliedIndex()")
              .andIsSlow(),
          Mutant.of(
                  "a membership is changed before an entry of the term is committed",
                  "a membership change before the term's first commit",
                  "core/Leading.java",
                  "Math.max(leader.firstIndex, core.log.membershipIndex())",
                  "core.log.membershipIndex()")
              .andIsSlow(),
          // Reads
          Mutant.of(
              "a new leader serves reads before it has committed in its term",
              "a new leader served reads before committing in its term",
              "core/Leading.java",
              "leader.reads.wantsRound() && ownTermCommitted()",
              "leader.reads.wantsRound()"),
          Mutant.of(
                  "a deposed leader serves reads",
                  "a deposed leader served reads",
                  "core/PendingReads.java",
                  "requestId < roundRequestId",
                  "requestId < 0")
              .andIsSlow(),
          Mutant.of(
              "a read is served before its index is applied",
              "a single-node group answered reads with index 0 after a restart",
              "replica/ReadRounds.java",
              "first.readIndex() > appliedIndex",
              "first.readIndex() < 0"),
          // Recovery
          Mutant.of(
                  "an entry's checksum is not looked at",
                  "a bit flip below the durable mark went unnoticed",
                  "entry/EntryLayout.java",
                  "if (expected != actual) {",
                  "if (length < 0) {")
              .andIsSlow(),
          Mutant.of(
                  "the hard state's checksum is not looked at",
                  "metadata short or zeroed gave term 0",
                  "replica/HardStateCodec.java",
                  "if (from.getInt() != crc(from.duplicate().position(0))) {",
                  "if (from.getInt() == 0 && crc(from.duplicate().position(0)) != 0) {")
              .andIsSlow(),
          Mutant.of(
                  "the checkpoint's checksum is not looked at",
                  "a damaged snapshot was loaded",
                  "replica/Checkpoint.java",
                  "if (from.getInt() != crc(from.duplicate().position(0))) {",
                  "if (from.getInt() == 0 && crc(from.duplicate().position(0)) != 0) {")
              .andIsSlow(),
          Mutant.of(
              "a failed write is ignored",
              "a failed fsync was ignored, or tried again",
              "replica/Journal.java",
              "failure.compareAndSet(null, known);",
              "failure.get();"),
          // Deduplication
          Mutant.of(
              "the producer table is lost in a restart",
              "the dedup table was lost on restart",
              "replica/Checkpoint.java",
              "new Tables(ProducerTableCodec.decode(from, appliedIndex), positions)",
              "new Tables(new ProducerTable(ProducerTableCodec.decode(from, appliedIndex) == null ? UNKNOWN_SETTINGS : new LogSettings(10_000, Long.MAX_VALUE)), positions)"),
          Mutant.of(
              "the positions of durable subscriptions are lost in a restart",
              "a consumer's committed offset was lost on restart",
              "replica/Checkpoint.java",
              "new Tables(ProducerTableCodec.decode(from, appliedIndex), positions)",
              "new Tables(ProducerTableCodec.decode(from, appliedIndex), positions == null ? positions : new PositionTable())"),
          Mutant.of(
              "a former owner moves a durable subscription's position",
              "a zombie consumer committed an offset",
              "position/PositionTable.java",
              "known == null || known.generation() != moved.generation()",
              "known == null"),
          Mutant.of(
              "a position is acknowledged that is not in the log",
              "an offset commit was acknowledged and lost",
              "position/PositionTable.java",
              "return moved.position() <= known.position() ? Answer.DONE : Answer.NEXT;",
              "return Answer.DONE;"),
          Mutant.of(
              "a new leader does not know the producers of its uncommitted entries",
              "an overtaken append became a second record after a leader change",
              "replica/LogApplier.java",
              "index <= tail.cache().toIndex()",
              "index <= appliedIndex"),
          Mutant.of(
              "the checkpoint is of another point than the producer table",
              "a snapshot was taken at a different point than the producer table",
              "replica/LogApplier.java",
              "return new Checkpoint(\n        appliedIndex,",
              "return new Checkpoint(\n        appliedIndex - 1,"),
          Mutant.of(
                  "a gap is accepted",
                  "first sequence seen wins, so an overtaken append was lost",
                  "producer/ProducerTable.java",
                  "if (firstSequence == last + 1) {",
                  "if (firstSequence > last) {")
              .and(
                  "producer/ProducerTable.java",
                  "if (firstSequence != last + 1) {",
                  "if (firstSequence <= last) {"),
          Mutant.of(
                  "an unknown producer is accepted at any sequence",
                  "an unknown producer was accepted at any sequence",
                  "producer/ProducerTable.java",
                  "return first ? Check.NEXT : Check.UNKNOWN_PRODUCER;",
                  "return Check.NEXT;")
              .and(
                  "producer/ProducerTable.java",
                  "if (firstSequence != last + 1) {",
                  "if (firstSequence <= last) {")
              .andIsSlow(),
          Mutant.of(
                  "duplicates are not recognised",
                  "no deduplication of a retried append",
                  "producer/ProducerTable.java",
                  "if (firstSequence == last + 1) {",
                  "if (firstSequence <= last + 1) {")
              .and(
                  "producer/ProducerTable.java",
                  "if (firstSequence != last + 1) {",
                  "if (firstSequence > last + 1) {"),
          Mutant.of(
                  "an append is refused without asking whether this leader still leads",
                  "a deposed leader's gap was fatal to the producer",
                  "replica/Admission.java",
                  "decide(draft, origin, new ArrayList<>(), false);",
                  "decide(draft, origin, new ArrayList<>(), true);")
              .andIsSlow(),
          Mutant.of(
                  "what is sent again is taken for new when its producer was forgotten",
                  "an eviction by number made an append that was retried a new one",
                  "replica/AdmissionBatch.java",
                  "return run.registration() == 0 && wasForgottenSinceSent(run.producer());",
                  "return run.registration() == 0 && run.count() < 0;")
              .andForgets(),
          Mutant.of(
                  "what is sent again is taken for new when its producer has begun again",
                  "an eviction by number made an append that was retried a new one",
                  "replica/AdmissionBatch.java",
                  "return run.registration() == 0 && wasForgottenSinceSent(run.producer());",
                  "return !tables.producers().knows(run.producer())\n        && wasForgottenSinceSent(run.producer());")
              .andForgets()
              .andIsSlow(),
          Mutant.of(
                  "a new leader has forgotten whom it has forgotten",
                  "what deduplicates was not handed over with leadership",
                  "producer/ForgottenProducers.java",
                  "copy.indexes.putAll(indexes);\n    copy.newestIndex = newestIndex;",
                  "copy.newestIndex = othersIndex;")
              .andForgets(),
          Mutant.of(
                  "a restart forgets whom it has forgotten",
                  "what deduplicates was not in the snapshot",
                  "producer/ProducerTableCodec.java",
                  "new ForgottenProducers(appliedIndex)",
                  "new ForgottenProducers(0)")
              .andForgets()
              .andIsSlow(),
          Mutant.of(
                  "a gap is told before the own replica has come so far",
                  "a retried append was refused for good, and was in the log",
                  "replica/PendingAppends.java",
                  "return matters && appliedIndex < refusal.committedIndex();",
                  "return matters && appliedIndex < 0;")
              .andForgets()
              .andIsSlow(),
          Mutant.of(
                  "delayed forward requests are acted on",
                  "a delayed request was acted on after a newer one",
                  "replica/ForwardedAppends.java",
                  "|| (request.session() == session && request.forwardId() > requestId);",
                  "|| request.session() == session;")
              .andIsSlow(),
          Mutant.of(
                  "a duplicate of an uncommitted append is acknowledged early",
                  "a duplicate was acknowledged before the original was committed",
                  "replica/PendingAppend.java",
                  "case DUPLICATE, REUSED, FENCED -> {",
                  "case DUPLICATE, REUSED, FENCED, NEXT -> {")
              .and(
                  "replica/PendingAppend.java",
                  "case NEXT, GAP, UNKNOWN_PRODUCER -> {}",
                  "case GAP, UNKNOWN_PRODUCER -> {}"),
          Mutant.of(
              "offsets are counted in another number space",
              "an offset was remembered in the wrong number space",
              "producer/ProducerTable.java",
              "long offset = first.firstOffset() + firstSequence - first.firstSequence();",
              "long offset = first.firstOffset() + firstSequence;"),
          // Lifecycle
          Mutant.of(
                  "appends of a deposed leader wait for ever",
                  "pending futures of a deposed leader never completed",
                  "replica/AppendDispatcher.java",
                  "pending.rewind();",
                  "pending.hasUnsent();")
              .and(
                  "replica/PendingAppends.java",
                  "expired != null && nowNanos - expired.deadlineNanos >= 0;",
                  "expired != null && nowNanos == 0;"),
          Mutant.of(
              "a failed replica leaves its callers waiting",
              "pending futures of a failed replica never completed",
              "replica/PendingAppends.java",
              "append != null; append = order.first()) {",
              "append != null && append.attempts < 0; append = order.first()) {"),
          Mutant.of(
                  "linearizable reads hang across a leader change",
                  "reads hung across a leader change",
                  "replica/ReadRounds.java",
                  "} else if (round != null && mustAskAgain(round, nowNanos)) {",
                  "} else if (round != null && round.id < 0) {")
              .and(
                  "replica/DueReads.java",
                  "nowNanos - first.deadlineNanos >= 0",
                  "nowNanos == first.deadlineNanos"));

  private Mutants() {}
}
