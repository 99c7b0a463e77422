/**
 * What must hold of a recorded run: start with {@link io.raftlog.jepsen.checker.Verdict}. The rules
 * are the simulator's; here anomalies get the names that Jepsen has for them, and are counted.
 */
@NullMarked
package io.raftlog.jepsen.checker;

import org.jspecify.annotations.NullMarked;
