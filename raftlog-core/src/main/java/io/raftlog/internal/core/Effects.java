package io.raftlog.internal.core;

import io.raftlog.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the shell has to do after it fed the core. Everything in {@code sends} may go at once, also
 * before the write is durable: what depends on a write waits inside the core.
 *
 * @param sends messages, in order
 * @param write what to store, or null
 * @param commitIndex everything up to it is committed
 * @param reads reads that may be served now, or that failed because leadership was lost
 * @param roleChange the new role, or null when nothing changed
 * @param notices what an operator should know, each once
 */
public record Effects(
    List<Send> sends,
    @Nullable Write write,
    long commitIndex,
    List<ReadGrant> reads,
    @Nullable RoleChange roleChange,
    List<Notice> notices) {

  /**
   * One atomic write.
   *
   * @param writeId to be reported by {@link RaftCore#persisted}
   * @param hardState to be stored with it
   * @param truncateFrom remove this index and everything after it first; 0 for none
   * @param fromIndex the first entry to append
   * @param toIndex the last entry to append; below fromIndex for none
   */
  public record Write(
      long writeId, HardState hardState, long truncateFrom, long fromIndex, long toIndex) {}

  /**
   * A read's outcome.
   *
   * @param readId as given to {@link RaftCore#requestRead}
   * @param readIndex what must be applied before reading; -1 when leadership was lost
   */
  public record ReadGrant(long readId, long readIndex) {}

  /**
   * A new role, term or leader.
   *
   * @param role the role
   * @param term the term
   * @param leader the leader, or null if unknown
   */
  public record RoleChange(Role.Kind role, long term, @Nullable NodeId leader) {}

  /**
   * Something that an operator should know.
   *
   * @param kind what
   * @param peer the node that it came from
   */
  public record Notice(Kind kind, NodeId peer) {
    /** What an operator should know. */
    public enum Kind {
      /** This node's storage was emptied: it must not vote until it has been re-admitted. */
      AWAITING_READMISSION,
      /** The peer belongs to another formation of the cluster, and is ignored. */
      FOREIGN_FORMATION,
      /** The peer was configured with other members, so no cluster can be formed with it. */
      MEMBERS_DIFFER
    }
  }
}
