/**
 * Whole clusters of production replicas in virtual time, on one thread, with faults, by seed. Start
 * with {@link io.raftlog.simulation.Simulation}; {@link io.raftlog.simulation.SimulateMain} runs
 * many. Nothing depends on it.
 */
@NullMarked
package io.raftlog.simulation;

import org.jspecify.annotations.NullMarked;
