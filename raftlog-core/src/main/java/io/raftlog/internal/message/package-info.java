/**
 * What nodes say to each other, a record each: start with {@link
 * io.raftlog.internal.message.RaftMessage}. Depends on entry only; core, replica and wire depend on
 * it, and node to see for which log a message is.
 */
@NullMarked
package io.raftlog.internal.message;

import org.jspecify.annotations.NullMarked;
