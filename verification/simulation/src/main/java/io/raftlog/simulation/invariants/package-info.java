/**
 * What must hold inside, after every event: an invariant a class, each named as in the Raft paper
 * (figure 3) or its TLA+ specification. Start with {@link
 * io.raftlog.simulation.invariants.Invariants}. Depends on the core and on checkers.
 */
@NullMarked
package io.raftlog.simulation.invariants;

import org.jspecify.annotations.NullMarked;
