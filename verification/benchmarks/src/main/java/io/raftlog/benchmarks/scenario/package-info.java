/**
 * What is measured of raftlog alone: start with {@link io.raftlog.benchmarks.scenario.Scenario}.
 */
@NullMarked
package io.raftlog.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
