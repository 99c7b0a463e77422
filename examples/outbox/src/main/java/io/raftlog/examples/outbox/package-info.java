/**
 * A producer that resumes an outbox and a consumer whose effects are exactly once, to watch and to
 * copy from: start with {@link io.raftlog.examples.outbox.OutboxExample}, copy from {@link
 * io.raftlog.examples.outbox.OutboxProducer} and {@link
 * io.raftlog.examples.outbox.BillingConsumer}. Nobody depends on it.
 */
@NullMarked
package io.raftlog.examples.outbox;

import org.jspecify.annotations.NullMarked;
