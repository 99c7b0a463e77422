package io.raftlog.jepsen.cluster;

import java.util.Map;
import java.util.Set;

/** What a node's packet filter has to do, as a shell script that replaces what it did before. */
final class PacketRules {
  /** What is left when there is nothing to do. */
  static final String FLUSH = "iptables -w -F && iptables -w -t mangle -F";

  private PacketRules() {}

  /**
   * The script.
   *
   * @param node whose filter it is
   * @param addresses of all nodes
   * @param cut directions in which nothing arrives; both ends drop it
   * @param shape loss and duplication of what it sends; the rest is for others to do
   */
  static String script(
      String node, Map<String, String> addresses, Set<Topology.Direction> cut, LinkShape shape) {
    StringBuilder script = new StringBuilder(FLUSH);
    for (Topology.Direction direction : cut) {
      if (direction.to().equals(node)) {
        rule(script, "-A INPUT -s " + addresses.get(direction.from()) + " -j DROP");
      } else if (direction.from().equals(node)) {
        rule(script, "-A OUTPUT -d " + addresses.get(direction.to()) + " -j DROP");
      }
    }
    addresses.forEach(
        (peer, address) -> {
          if (!peer.equals(node)) {
            shape(script, address, shape);
          }
        });
    return script.toString();
  }

  private static void shape(StringBuilder script, String address, LinkShape shape) {
    if (shape.lossPercent() > 0) {
      rule(script, "-A OUTPUT -d " + address + sometimes(shape.lossPercent()) + " -j DROP");
    }
    if (shape.duplicatePercent() > 0) {
      rule(
          script,
          "-t mangle -A OUTPUT -d "
              + address
              + sometimes(shape.duplicatePercent())
              + " -j TEE --gateway "
              + address);
    }
  }

  private static String sometimes(int percent) {
    return " -m statistic --mode random --probability " + percent / 100.0;
  }

  private static void rule(StringBuilder script, String rule) {
    script.append(" && iptables -w ").append(rule);
  }
}
