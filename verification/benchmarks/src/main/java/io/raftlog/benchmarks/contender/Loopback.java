package io.raftlog.benchmarks.contender;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Loopback ports on which nobody listens. */
public final class Loopback {
  static final String HOST = "127.0.0.1";

  /** Below the ports that operating systems give to outgoing connections. */
  private static final int FROM_PORT = 20_000;

  private static final int TO_PORT = 30_000;

  private Loopback() {}

  /** So many different ports. */
  public static List<Integer> freePorts(int count) {
    Set<Integer> ports = new LinkedHashSet<>();
    while (ports.size() < count) {
      int port = ThreadLocalRandom.current().nextInt(FROM_PORT, TO_PORT);
      if (isFree(port)) {
        ports.add(port);
      }
    }
    return new ArrayList<>(ports);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static InetAddress address() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
