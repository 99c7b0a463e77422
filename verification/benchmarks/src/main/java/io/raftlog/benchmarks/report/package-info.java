/** What a person reads afterwards: start with {@link io.raftlog.benchmarks.report.Report}. */
@NullMarked
package io.raftlog.benchmarks.report;

import org.jspecify.annotations.NullMarked;
