/**
 * What clients saw, as a {@link io.raftlog.simulation.checkers.History}, and what must hold of it.
 * Start with {@link io.raftlog.simulation.checkers.HistoryChecker}. Depends on the API only.
 */
@NullMarked
package io.raftlog.simulation.checkers;

import org.jspecify.annotations.NullMarked;
