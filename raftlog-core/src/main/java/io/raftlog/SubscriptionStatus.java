package io.raftlog;

/**
 * How far a durable subscription has come, as far as a node knows.
 *
 * @param name the subscription's name
 * @param position the offset of the first record that is not committed as done
 * @param lag how many committed records are not done
 */
public record SubscriptionStatus(String name, long position, long lag) {}
