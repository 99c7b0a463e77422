/**
 * What an application calls: start with {@link io.raftlog.RaftLogNode#builder}, then {@link
 * io.raftlog.RaftLog#append} and {@link io.raftlog.RaftLog#read}. Anything may depend on this
 * package.
 */
@NullMarked
package io.raftlog;

import org.jspecify.annotations.NullMarked;
