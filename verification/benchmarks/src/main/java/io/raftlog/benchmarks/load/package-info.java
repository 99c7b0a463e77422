/** How it is measured: start with {@link io.raftlog.benchmarks.load.AppendRun}. */
@NullMarked
package io.raftlog.benchmarks.load;

import org.jspecify.annotations.NullMarked;
