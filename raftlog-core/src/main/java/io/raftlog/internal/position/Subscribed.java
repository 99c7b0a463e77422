package io.raftlog.internal.position;

/**
 * What the log says of a durable subscription.
 *
 * @param generation the index of the entry that holds its owner's claim
 * @param nonce by which that claim is known
 * @param position the offset of the first record that is not done
 */
public record Subscribed(long generation, long nonce, long position) {}
