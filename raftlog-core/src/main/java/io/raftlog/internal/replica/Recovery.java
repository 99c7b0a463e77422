package io.raftlog.internal.replica;

import io.raftlog.NodeStartException;
import io.raftlog.internal.core.EntryLog.MembershipAt;
import io.raftlog.internal.core.HardState;
import io.raftlog.internal.core.MembersDifferException;
import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.Recovered;
import io.raftlog.internal.entry.MalformedEntryException;
import io.raftlog.internal.entry.Membership;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StoredState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a replica finds when it starts: the checkpoint, and the entries after it, each of which is
 * read and checked once.
 *
 * @param core for the algorithm
 * @param checkpoint the tables, to which {@code committed} must be applied
 * @param committed entries after the checkpoint that are known to be committed
 * @param uncommitted the entries after those
 */
record Recovery(
    Recovered core, Checkpoint checkpoint, List<LogEntry> committed, List<LogEntry> uncommitted) {
  private static final int READ_BYTES = 4 << 20;

  /**
   * Reads what is stored. Blocks.
   *
   * @throws NodeStartException when it contradicts itself: then nothing of it can be trusted; or
   *     when the log was formed by other members
   */
  static Recovery from(ReplicaConfig config, LogStorage storage) {
    String logId = config.logId();
    try {
      Recovery recovery = read(storage);
      checkMembers(config, recovery.core().memberships());
      return recovery;
    } catch (MalformedEntryException e) {
      throw contradiction(logId, e);
    } catch (StorageException e) {
      throw e.isCorruption()
          ? contradiction(logId, e)
          : new NodeStartException(
              NodeStartException.Reason.DIRECTORY_UNUSABLE,
              "log "
                  + logId
                  + ": what is stored cannot be read: "
                  + e.getMessage()
                  + ". Nothing was changed. Check the disk, and start the node again",
              e);
    }
  }

  /**
   * Brings everything to where it was: the tail has the entries, the tables what is committed.
   *
   * @return the algorithm, which goes on from there
   * @throws NodeStartException when what is stored contradicts itself
   */
  RaftCore resume(
      ReplicaConfig config,
      EntryTail tail,
      LogApplier applier,
      PendingAppends pending,
      RandomGenerator random,
      long nowNanos) {
    try {
      committed.forEach(tail::append);
      uncommitted.forEach(tail::append);
      applier.applyTo(core.commitIndex(), pending);
      return new RaftCore(config.core(), core, random, nowNanos);
    } catch (IllegalStateException | MalformedEntryException e) {
      throw contradiction(config.logId(), e);
    }
  }

  private static NodeStartException contradiction(String logId, Exception cause) {
    return new NodeStartException(
        NodeStartException.Reason.CORRUPTED,
        "log "
            + logId
            + ": what is stored cannot be trusted: "
            + cause.getMessage()
            + ". Nothing was changed. If the other nodes are well, move this node's data away and"
            + " start it with an empty directory: it will be brought up to date and re-admitted",
        cause);
  }

  /** The newest is in force. */
  private static void checkMembers(ReplicaConfig config, List<MembershipAt> memberships) {
    if (memberships.isEmpty()) {
      return;
    }
    try {
      Membership newest = memberships.get(memberships.size() - 1).membership();
      MembersDifferException.check(newest, config.core().members());
    } catch (MembersDifferException e) {
      throw new NodeStartException(
          NodeStartException.Reason.MEMBERS_DIFFER,
          "log " + config.logId() + ": " + e.getMessage(),
          e);
    }
  }

  private static Recovery read(LogStorage storage) {
    StoredState stored = storage.storedState();
    ByteBuffer hardBytes = stored.hardState();
    HardStateCodec.Stored hard =
        hardBytes == null
            ? new HardStateCodec.Stored(HardState.EMPTY, 0)
            : HardStateCodec.decode(hardBytes);
    check(hardBytes != null || stored.lastIndex() == 0, "there are entries, but no hard state");
    ByteBuffer checkpointBytes = stored.checkpoint();
    Checkpoint checkpoint =
        checkpointBytes == null ? Checkpoint.empty() : Checkpoint.decode(checkpointBytes);
    long commit = Math.max(hard.commitIndex(), checkpoint.appliedIndex());
    check(
        commit <= stored.lastIndex(),
        "the log ends at entry "
            + stored.lastIndex()
            + ", but entries up to "
            + commit
            + " were committed and durable here");
    List<LogEntry> committed = new ArrayList<>();
    List<LogEntry> uncommitted = new ArrayList<>();
    readAfter(checkpoint.appliedIndex(), commit, stored, storage, committed, uncommitted);
    List<MembershipAt> memberships = memberships(checkpoint, committed, uncommitted);
    Recovered core =
        new Recovered(
            hard.hardState(),
            stored.firstIndex(),
            stored.lastIndex(),
            stored.terms(),
            memberships,
            commit);
    return new Recovery(core, checkpoint, committed, uncommitted);
  }

  private static void readAfter(
      long appliedIndex,
      long commitIndex,
      StoredState stored,
      LogStorage storage,
      List<LogEntry> committed,
      List<LogEntry> uncommitted) {
    long next = appliedIndex + 1;
    while (next <= stored.lastIndex()) {
      List<ByteBuffer> read = storage.read(next, READ_BYTES);
      check(!read.isEmpty(), "entry " + next + " of " + stored.lastIndex() + " is missing");
      for (ByteBuffer bytes : read) {
        LogEntry entry = LogEntry.parse(bytes).mustBe(next).checkBody();
        long term = termOf(next, stored);
        check(
            entry.term() == term,
            "entry " + next + " has term " + entry.term() + ", the term index says " + term);
        (next <= commitIndex ? committed : uncommitted).add(entry);
        next++;
      }
    }
  }

  private static long termOf(long index, StoredState stored) {
    long term = 0;
    for (StoredState.TermStart start : stored.terms()) {
      if (start.index() <= index) {
        term = start.term();
      }
    }
    return term;
  }

  private static List<MembershipAt> memberships(
      Checkpoint checkpoint, List<LogEntry> committed, List<LogEntry> uncommitted) {
    List<MembershipAt> memberships = new ArrayList<>();
    add(memberships, checkpoint.membership().index(), checkpoint.membership().membership());
    for (LogEntry entry : committed) {
      add(memberships, entry.index(), entry.extent().membership());
    }
    for (LogEntry entry : uncommitted) {
      add(memberships, entry.index(), entry.extent().membership());
    }
    return memberships;
  }

  private static void add(
      List<MembershipAt> memberships, long index, @Nullable Membership membership) {
    if (membership != null) {
      memberships.add(new MembershipAt(index, membership));
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new MalformedEntryException(what);
    }
  }
}
