/**
 * What raftlog does, to watch and to copy from: start with {@link
 * io.raftlog.examples.quickstart.Quickstart}, copy from {@link
 * io.raftlog.examples.quickstart.Publisher}. Nobody depends on it.
 */
@NullMarked
package io.raftlog.examples.quickstart;

import org.jspecify.annotations.NullMarked;
