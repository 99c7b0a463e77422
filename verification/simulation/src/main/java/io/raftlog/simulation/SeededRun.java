package io.raftlog.simulation;

/** A run that follows from its seed. */
public interface SeededRun {
  /**
   * Runs it to its end, or to the first violation.
   *
   * @return what became of it
   */
  SimulationResult run();
}
