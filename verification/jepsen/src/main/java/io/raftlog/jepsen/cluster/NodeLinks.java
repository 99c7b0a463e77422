package io.raftlog.jepsen.cluster;

import java.util.Map;
import java.util.Set;
import org.testcontainers.containers.Container;

/**
 * What is done to what one node sends and receives. Owned by whoever applies it; nodes at the same
 * time, one node by one thread at a time.
 */
final class NodeLinks {
  private final Node node;
  private final boolean hasRules;
  private final boolean hasNetem;

  /** Applied last, since the container was started: a new one has no rules and no shape. */
  private String rules = "";

  private LinkShape shape = LinkShape.NONE;

  NodeLinks(Node node, Capabilities capabilities) {
    this.node = node;
    this.hasRules = capabilities.rules().isEmpty();
    this.hasNetem = capabilities.netem().isEmpty();
  }

  /** The container is about to be started: all that was applied is gone. */
  void areFresh() {
    rules = "";
    shape = LinkShape.NONE;
  }

  /** Applies what is not applied yet; nothing when the container has no process. */
  void apply(Map<String, String> addresses, Set<Topology.Direction> cut, LinkShape wanted) {
    String script =
        PacketRules.script(node.name(), addresses, cut, hasNetem ? LinkShape.NONE : wanted);
    boolean newRules = hasRules && !script.equals(rules.isEmpty() ? PacketRules.FLUSH : rules);
    boolean newShape = !wanted.equals(shape);
    if ((!newRules && !newShape) || !node.isAlive()) {
      return;
    }
    if (newRules) {
      execute(script);
      rules = script;
    }
    if (newShape && hasNetem) {
      execute(wanted.netem());
    } else if (newShape) {
      tellProxies(addresses, wanted);
    }
    shape = wanted;
  }

  /** A process that dies meanwhile takes what was applied with it. */
  private void execute(String script) {
    Container.ExecResult result = node.execute(script);
    if (result.getExitCode() != 0 && node.isAlive()) {
      throw new IllegalStateException(
          script + " on " + node.name() + ": " + result.getStdout() + result.getStderr());
    }
  }

  private void tellProxies(Map<String, String> addresses, LinkShape wanted) {
    try {
      for (String peer : addresses.keySet()) {
        if (!peer.equals(node.name())) {
          node.ask(wanted.proxy(peer));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
