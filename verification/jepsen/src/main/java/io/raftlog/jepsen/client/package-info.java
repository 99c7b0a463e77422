/**
 * Clients, which run in the harness: start with {@link io.raftlog.jepsen.client.Workload}. Each has
 * one thread, which owns all that it knows; answers come to it through a mailbox.
 */
@NullMarked
package io.raftlog.jepsen.client;

import org.jspecify.annotations.NullMarked;
