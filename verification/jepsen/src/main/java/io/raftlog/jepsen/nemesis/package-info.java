/**
 * What goes wrong, and when: start with {@link io.raftlog.jepsen.nemesis.Nemesis}. Everything is
 * drawn from one seed, but for what depends on who leads.
 */
@NullMarked
package io.raftlog.jepsen.nemesis;

import org.jspecify.annotations.NullMarked;
