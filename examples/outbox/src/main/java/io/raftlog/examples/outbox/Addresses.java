package io.raftlog.examples.outbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Where the nodes are: on this machine, at ports that nobody else uses. */
final class Addresses {
  /** Below the ports that operating systems give to outgoing connections. */
  private static final int FROM_PORT = 20_000;

  private static final int TO_PORT = 30_000;
  private static final int MAX_TRIES = 1_000;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private Addresses() {}

  /** An address for each node, in the order given. */
  static Map<String, String> of(List<String> nodeIds) {
    Map<String, String> addresses = new LinkedHashMap<>();
    for (int tries = 0; addresses.size() < nodeIds.size(); tries++) {
      if (tries == MAX_TRIES) {
        throw new ExampleException("no free ports from " + FROM_PORT + " to " + TO_PORT);
      }
      int port = ThreadLocalRandom.current().nextInt(FROM_PORT, TO_PORT);
      String address = "127.0.0.1:" + port;
      if (isFree(port) && !addresses.containsValue(address)) {
        addresses.put(nodeIds.get(addresses.size()), address);
      }
    }
    return addresses;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByAddress(LOOPBACK))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
