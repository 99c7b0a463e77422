/**
 * Measures the log side by side with its peers: start with {@link io.raftlog.benchmarks.BenchMain},
 * which starts a JVM of its own for every run.
 */
@NullMarked
package io.raftlog.benchmarks;

import org.jspecify.annotations.NullMarked;
