package io.raftlog.simulation.checkers;

import java.util.function.Supplier;

/** Something happened that must never happen. It ends the run. */
public final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String rule;

  /**
   * Makes one.
   *
   * @param rule the invariant's or checker's name
   * @param what what was seen
   */
  public Violation(String rule, String what) {
    super(rule + ": " + what);
    this.rule = rule;
  }

  /**
   * Which rule was broken.
   *
   * @return the invariant's or checker's name
   */
  public String rule() {
    return rule;
  }

  /**
   * Breaks off the run unless something holds.
   *
   * @param holds what must hold
   * @param rule the rule's name
   * @param what what is seen otherwise
   */
  public static void unless(boolean holds, String rule, Supplier<String> what) {
    if (!holds) {
      throw new Violation(rule, what.get());
    }
  }
}
