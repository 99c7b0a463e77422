/** What a person looks at after a run: start with {@link io.raftlog.jepsen.report.Report}. */
@NullMarked
package io.raftlog.jepsen.report;

import org.jspecify.annotations.NullMarked;
