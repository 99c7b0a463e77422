/**
 * What clients and the nemesis did, as JSON lines: {@link io.raftlog.jepsen.history.HistoryWriter}
 * writes them while it happens, {@link io.raftlog.jepsen.history.HistoryReader} makes of them what
 * the checkers judge, which are the simulator's.
 *
 * <p>The order of the lines is the order of the events: an invocation is written before the request
 * leaves, a completion after the answer is there. Every line has {@code t} (microseconds since the
 * run began), {@code process}, {@code type} ({@code invoke}, {@code ok}, {@code fail} for
 * definitely not, {@code info} for perhaps, and for what no client did), {@code f} (what), and
 * {@code op}, which the completion of an operation shares with its invocation.
 */
@NullMarked
package io.raftlog.jepsen.history;

import org.jspecify.annotations.NullMarked;
