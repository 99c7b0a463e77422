/**
 * How long a cluster is without appends when its leader's process is killed: start with {@link
 * io.raftlog.benchmarks.failover.Failover}.
 */
@NullMarked
package io.raftlog.benchmarks.failover;

import org.jspecify.annotations.NullMarked;
