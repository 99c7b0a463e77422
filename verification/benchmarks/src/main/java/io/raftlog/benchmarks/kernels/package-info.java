/**
 * The innermost loops of raftlog, alone, by JMH: start with {@link
 * io.raftlog.benchmarks.kernels.KernelScenario}. It uses packages of the core that are internal,
 * which the class path allows.
 */
@NullMarked
package io.raftlog.benchmarks.kernels;

import org.jspecify.annotations.NullMarked;
