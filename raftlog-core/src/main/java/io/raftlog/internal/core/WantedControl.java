package io.raftlog.internal.core;

import io.raftlog.internal.entry.Membership;
import org.jspecify.annotations.Nullable;

/**
 * A control entry that the shell has to make and propose.
 *
 * @param membership what the entry says, or null for a no-op
 */
public record WantedControl(@Nullable Membership membership) {}
