/** What is measured: start with {@link io.raftlog.benchmarks.contender.Contender}. */
@NullMarked
package io.raftlog.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
