package io.raftlog.internal.replica;

import io.raftlog.internal.core.RaftCore;
import io.raftlog.internal.core.Role;
import io.raftlog.internal.core.WantedControl;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a replica has only while it leads: admission, and the control entries that the core wants.
 * Owned by the loop thread.
 */
final class Leadership {
  private final RaftCore core;
  private final EntryTail tail;
  private final LogApplier applier;
  private final ReadIds readIds;
  private final long maxParkedBytes;
  private @Nullable Admission admission;
  private long admissionTerm;

  Leadership(
      RaftCore core, EntryTail tail, LogApplier applier, ReadIds readIds, long maxParkedBytes) {
    this.core = core;
    this.tail = tail;
    this.applier = applier;
    this.readIds = readIds;
    this.maxParkedBytes = maxParkedBytes;
  }

  /** The admission of the term in which this replica leads, or null if it was last seen not to. */
  @Nullable Admission current() {
    return admission;
  }

  /**
   * Notices that leadership was won or lost, and proposes what the core wants in the log.
   *
   * @return the admission of the present term, or null if this replica does not lead
   */
  @Nullable Admission refresh(PendingAppends pending) {
    if (core.role().kind() != Role.Kind.LEADER) {
      admission = null;
      return null;
    }
    Admission current = admission;
    if (current == null || admissionTerm != core.term()) {
      applier.applyTo(core.commitIndex(), pending);
      tail.beginToLead();
      current =
          new Admission(
              core, tail, applier.tablesWithTail(), applier.tables(), readIds, maxParkedBytes);
      admission = current;
      admissionTerm = core.term();
    }
    Optional<WantedControl> wanted = core.wantedControl();
    while (wanted.isPresent()) {
      current.append(wanted.get());
      wanted = core.wantedControl();
    }
    current.commitAdvanced();
    return current;
  }
}
