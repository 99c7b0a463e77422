/**
 * What the author of a transport or a storage implements: start with {@link
 * io.raftlog.spi.Transport} and {@link io.raftlog.spi.NodeStorage}. The contract suites of the
 * testkit module check an implementation against everything that is promised here.
 */
@NullMarked
package io.raftlog.spi;

import org.jspecify.annotations.NullMarked;
