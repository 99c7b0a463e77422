package io.raftlog.testkit;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.TransportContext;
import io.raftlog.spi.TransportListener;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A listener that remembers what it was told, and notices what must never happen: a call after the
 * transport was closed, or one that names a stranger. Any thread.
 */
final class FrameRecorder implements TransportListener {
  /** A frame and who sent it. */
  record Received(NodeId from, Frame frame) {
    @Override
    public String toString() {
      int headerBytes = frame.header().remaining();
      return from + ": " + headerBytes + " + " + frame.bodyBytes() + " bytes";
    }
  }

  private final TransportContext context;
  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private final Set<NodeId> disconnected = ConcurrentHashMap.newKeySet();
  private final Set<String> violations = ConcurrentHashMap.newKeySet();
  private volatile Predicate<Received> keeps = frame -> true;
  private volatile boolean closed;

  FrameRecorder(TransportContext context) {
    this.context = context;
  }

  @Override
  public void onFrame(NodeId from, Frame frame) {
    check("onFrame", from);
    Received arrived = new Received(from, frame);
    if (keeps.test(arrived)) {
      received.add(arrived);
    }
  }

  @Override
  public void onDisconnected(NodeId peer) {
    check("onDisconnected", peer);
    disconnected.add(peer);
  }

  private void check(String method, NodeId peer) {
    if (closed) {
      violations.add(method + " of " + context.self() + " was called after close had returned");
    }
    if (peer.equals(context.self()) || !context.addresses().containsKey(peer)) {
      violations.add(method + " of " + context.self() + " named " + peer + ", no other member");
    }
  }

  /** From now on only frames that match are kept; the others cost no memory. */
  void keepOnly(Predicate<Received> keeps) {
    this.keeps = keeps;
  }

  /** Forgets the frames that were received. */
  void forget() {
    received.clear();
  }

  /** From now on every call is a violation. */
  void transportWasClosed() {
    closed = true;
  }

  List<Received> received() {
    return List.copyOf(received);
  }

  boolean hasReceived(NodeId from, Frame frame) {
    return received.stream()
        .anyMatch(
            arrived -> arrived.from().equals(from) && TestFrames.sameBytes(arrived.frame(), frame));
  }

  boolean wasDisconnectedFrom(NodeId peer) {
    return disconnected.contains(peer);
  }

  /** Who sent the frames that were received. */
  Set<NodeId> senders() {
    return received.stream().map(Received::from).collect(Collectors.toSet());
  }

  Set<String> violations() {
    return Set.copyOf(violations);
  }
}
