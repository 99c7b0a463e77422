/**
 * What nodes say to each other, a record each: start with {@link
 * io.raftlog.internal.message.RaftMessage}. Depends on entry only; core, replica and wire depend on
 * it.
 */
@NullMarked
package io.raftlog.internal.message;

import org.jspecify.annotations.NullMarked;
