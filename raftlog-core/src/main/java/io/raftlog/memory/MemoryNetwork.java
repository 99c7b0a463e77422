package io.raftlog.memory;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.spi.Frame;
import io.raftlog.spi.Transport;
import io.raftlog.spi.TransportContext;
import io.raftlog.spi.TransportListener;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connects the nodes of one JVM. Make one network, and from it one transport for each node. It
 * makes nothing of addresses; a node's builder refuses equal ones. Frames arrive at once, in order,
 * on the sender's thread; nodes can be isolated. Thread-safe.
 */
public final class MemoryNetwork {
  /**
   * A started node. Whoever calls its listener holds the read lock, and only tries to get it; close
   * takes the write lock for good. So no call begins after close, and send never waits.
   */
  private record Endpoint(
      TransportContext context, TransportListener listener, ReentrantReadWriteLock calls) {
    void call(Consumer<TransportListener> call) {
      if (calls.readLock().tryLock()) {
        try {
          call.accept(listener);
        } finally {
          calls.readLock().unlock();
        }
      }
    }

    void endCalls() {
      // A listener that closes its own transport cannot wait for itself.
      if (calls.getReadHoldCount() == 0) {
        calls.writeLock().lock();
      }
    }

    boolean isPeerOf(Endpoint other) {
      return context.clusterId().equals(other.context.clusterId())
          && !context.self().equals(other.context.self())
          && context.addresses().containsKey(other.context.self())
          && other.context.addresses().containsKey(context.self());
    }
  }

  private record Link(NodeId from, NodeId to) {}

  private final Map<NodeId, Endpoint> endpoints = new ConcurrentHashMap<>();
  private final Set<Link> cut = ConcurrentHashMap.newKeySet();
  private final Set<NodeId> isolated = ConcurrentHashMap.newKeySet();

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
   * Cuts a node off: frames from and to it are dropped until {@link #heal}, also if it or others
   * start later.
   *
   * @param node the node
   */
  public void isolate(NodeId node) {
    isolated.add(node);
  }

  /**
   * Drops frames in one direction until {@link #heal}.
   *
   * @param from the sender
   * @param to the receiver
   */
  public void cut(NodeId from, NodeId to) {
    cut.add(new Link(from, to));
  }

  /** Lets all frames through again. */
  public void heal() {
    cut.clear();
    isolated.clear();
  }

  private boolean isCut(NodeId from, NodeId to) {
    return isolated.contains(from) || isolated.contains(to) || cut.contains(new Link(from, to));
  }

  private final class MemoryTransport implements Transport {
    private volatile @Nullable Endpoint own;

    @Override
    public void start(TransportContext context, TransportListener listener) {
      if (own != null) {
        throw new IllegalStateException("this transport is another node's; make one for each node");
      }
      Endpoint endpoint = new Endpoint(context, listener, new ReentrantReadWriteLock());
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
      if (sender == null || receiver == null || !receiver.isPeerOf(sender)) {
        return;
      }
      NodeId from = sender.context().self();
      if (!isCut(from, to)) {
        receiver.call(listener -> listener.onFrame(from, frame));
      }
    }

    @Override
    public void close() {
      Endpoint closed = own;
      own = null;
      if (closed != null && endpoints.remove(closed.context().self(), closed)) {
        closed.endCalls();
        NodeId self = closed.context().self();
        for (Endpoint peer : endpoints.values()) {
          if (peer.isPeerOf(closed)) {
            peer.call(listener -> listener.onDisconnected(self));
          }
        }
      }
    }
  }
}
