package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.Member;
import io.raftlog.internal.entry.Membership;
import java.util.List;

/**
 * A node is configured with other members than the log has. One that it does not know could not be
 * reached; one that is no voter would wait for ever.
 */
public final class MembersDifferException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  private MembersDifferException(List<NodeId> formedWith, List<NodeId> configured) {
    super(
        "the log was formed with the members "
            + formedWith
            + ", but configured are "
            + configured
            + "; configure the same members. Members cannot be added or removed: for other ones"
            + " start another log, and append what is read from this one");
  }

  /**
   * Compares a membership of the log with the configuration.
   *
   * @param membership what is stored, or comes from a leader
   * @param configured the members' ids, sorted
   * @throws MembersDifferException if it is of other nodes
   */
  public static void check(Membership membership, List<NodeId> configured) {
    List<NodeId> formedWith = membership.voters().stream().map(Member::node).sorted().toList();
    if (!formedWith.equals(configured)) {
      throw new MembersDifferException(formedWith, configured);
    }
  }
}
