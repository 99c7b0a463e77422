/**
 * Real nodes in containers, a nemesis, recorded histories and their verdict: start with {@link
 * io.raftlog.jepsen.JepsenMain}.
 */
@NullMarked
package io.raftlog.jepsen;

import org.jspecify.annotations.NullMarked;
