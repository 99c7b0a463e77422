/**
 * The application in each container: it embeds one node and does what the harness says over a TCP
 * connection. Start with {@link io.raftlog.jepsen.node.NodeMain}.
 *
 * <p>The control protocol is lines of UTF-8, fields separated by single spaces. The application
 * greets with {@code hello SESSION}, a name for this life of the process. A request begins with a
 * number that its answer repeats; answers come in any order. What a connection asks is handed to
 * raftlog in the order of its lines, so a producer may pipeline. {@link
 * io.raftlog.jepsen.node.Commands} lists the requests.
 */
@NullMarked
package io.raftlog.jepsen.node;

import org.jspecify.annotations.NullMarked;
