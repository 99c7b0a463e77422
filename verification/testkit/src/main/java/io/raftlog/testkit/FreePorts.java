package io.raftlog.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * TCP ports for tests, each given out once.
 *
 * <p>They lie below the range out of which operating systems take the ports of outgoing
 * connections. A port from that range could be taken, between being found free and being bound, by
 * any connection of any process; even by the one that a transport makes to the very port.
 */
final class FreePorts {
  private static final int FIRST = 20_000;
  private static final int COUNT = 12_000;

  /** Begins anywhere, because another JVM may be doing the same. */
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  private FreePorts() {}

  static int next() {
    for (int attempt = 0; attempt < COUNT; attempt++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // The next one, then.
      }
    }
    throw new IllegalStateException(
        "no free TCP port between " + FIRST + " and " + (FIRST + COUNT - 1));
  }
}
