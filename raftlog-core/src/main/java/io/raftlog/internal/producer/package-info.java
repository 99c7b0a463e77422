/**
 * Which (producer, sequence) is in the log: start with {@link
 * io.raftlog.internal.producer.ProducerTable}. Depends on entry only; only replica depends on it.
 */
@NullMarked
package io.raftlog.internal.producer;

import org.jspecify.annotations.NullMarked;
