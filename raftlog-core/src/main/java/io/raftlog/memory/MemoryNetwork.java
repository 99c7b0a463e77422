package io.raftlog.memory;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.spi.Frame;
import io.raftlog.spi.Transport;
import io.raftlog.spi.TransportContext;
import io.raftlog.spi.TransportListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Connects the nodes of one JVM. Make one network, and from it one transport for each node;
 * addresses do not matter. Frames arrive at once, in order, on the sender's thread; nodes can be
 * isolated. Thread-safe.
 */
public final class MemoryNetwork {
  private record Endpoint(TransportContext context, TransportListener listener) {}

  private record Link(NodeId from, NodeId to) {}

  private final Map<NodeId, Endpoint> endpoints = new ConcurrentHashMap<>();
  private final Map<Link, Boolean> cut = new ConcurrentHashMap<>();

  /** Makes a network without nodes. */
  public MemoryNetwork() {}

  /**
   * A transport for one node, which joins this network when it is started.
   *
   * @return a new transport
   */
  public Transport transport() {
    return new MemoryTransport();
  }

  /**
   * Cuts a node off: frames from and to it are dropped until {@link #heal}.
   *
   * @param node the node
   */
  public void isolate(NodeId node) {
    for (NodeId other : endpoints.keySet()) {
      if (!other.equals(node)) {
        cut(node, other);
        cut(other, node);
      }
    }
  }

  /**
   * Drops frames in one direction until {@link #heal}.
   *
   * @param from the sender
   * @param to the receiver
   */
  public void cut(NodeId from, NodeId to) {
    cut.put(new Link(from, to), true);
  }

  /** Lets all frames through again. */
  public void heal() {
    cut.clear();
  }

  private final class MemoryTransport implements Transport {
    private volatile @Nullable Endpoint own;

    @Override
    public void start(TransportContext context, TransportListener listener) {
      Endpoint endpoint = new Endpoint(context, listener);
      if (endpoints.putIfAbsent(context.self(), endpoint) != null) {
        throw new NodeStartException(
            NodeStartException.Reason.ADDRESS_IN_USE,
            "a node " + context.self() + " is already in this memory network; close it first",
            null);
      }
      own = endpoint;
    }

    @Override
    public void send(NodeId to, Frame frame) {
      Endpoint sender = own;
      Endpoint receiver = endpoints.get(to);
      if (sender == null || receiver == null) {
        return;
      }
      NodeId from = sender.context().self();
      boolean sameCluster = receiver.context().clusterId().equals(sender.context().clusterId());
      if (sameCluster && !cut.containsKey(new Link(from, to))) {
        receiver.listener().onFrame(from, frame);
      }
    }

    @Override
    public void close() {
      Endpoint closed = own;
      own = null;
      if (closed != null && endpoints.remove(closed.context().self(), closed)) {
        NodeId self = closed.context().self();
        endpoints.values().forEach(peer -> peer.listener().onDisconnected(self));
      }
    }
  }
}
