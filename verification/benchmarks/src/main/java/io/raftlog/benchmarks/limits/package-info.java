/** What the machine itself allows: start with {@link io.raftlog.benchmarks.limits.Limits}. */
@NullMarked
package io.raftlog.benchmarks.limits;

import org.jspecify.annotations.NullMarked;
