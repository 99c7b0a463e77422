/**
 * From reading to being told: publishers of a log's records, with back-pressure. Start with {@link
 * io.raftlog.internal.subscription.LogPublisher}. Depends on the API alone; only node depends on
 * it.
 */
@NullMarked
package io.raftlog.internal.subscription;

import org.jspecify.annotations.NullMarked;
