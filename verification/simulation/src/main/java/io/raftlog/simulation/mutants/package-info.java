/**
 * Deliberately broken builds of the core, by which checkers are judged: {@link
 * io.raftlog.simulation.mutants.Mutants} lists them, {@link
 * io.raftlog.simulation.mutants.MutantCompiler} makes them. Depends on nothing.
 */
@NullMarked
package io.raftlog.simulation.mutants;

import org.jspecify.annotations.NullMarked;
