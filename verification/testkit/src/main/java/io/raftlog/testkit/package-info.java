/**
 * The contract suites: every promise of {@code io.raftlog.spi} is a test here, to be run by whoever
 * implements a part of it. Start with {@link io.raftlog.testkit.TransportContract} or {@link
 * io.raftlog.testkit.StorageContract}. For tests only; depends on the API, the SPIs, JUnit 5,
 * AssertJ and Awaitility.
 */
@NullMarked
package io.raftlog.testkit;

import org.jspecify.annotations.NullMarked;
