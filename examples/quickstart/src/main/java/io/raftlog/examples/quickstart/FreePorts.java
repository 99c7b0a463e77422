package io.raftlog.examples.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Loopback addresses on which nobody listens. */
final class FreePorts {
  /**
   * Below the ports that operating systems give to outgoing connections, so that none of those
   * takes a node's port while the node is down.
   */
  private static final int FROM = 20_000;

  private static final int TO = 30_000;
  private static final int MAX_TRIES = 1_000;
  private static final String HOST = "127.0.0.1";
  private static final byte[] HOST_BYTES = {127, 0, 0, 1};

  private FreePorts() {}

  /** An address for each node, in the order given. */
  static Map<String, String> addressesFor(List<String> nodeIds) {
    Set<Integer> ports = new LinkedHashSet<>();
    for (int tries = 0; ports.size() < nodeIds.size(); tries++) {
      if (tries == MAX_TRIES) {
        throw new ExampleException("found no free ports from " + FROM + " to " + TO);
      }
      int port = ThreadLocalRandom.current().nextInt(FROM, TO);
      if (isFree(port)) {
        ports.add(port);
      }
    }
    List<Integer> inOrder = new ArrayList<>(ports);
    Map<String, String> addresses = new LinkedHashMap<>();
    for (int i = 0; i < nodeIds.size(); i++) {
      addresses.put(nodeIds.get(i), HOST + ":" + inOrder.get(i));
    }
    return addresses;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(HOST_BYTES), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
