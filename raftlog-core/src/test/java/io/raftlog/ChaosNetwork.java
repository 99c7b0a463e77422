package io.raftlog;

import io.raftlog.spi.Frame;
import io.raftlog.spi.Transport;
import io.raftlog.spi.TransportContext;
import io.raftlog.spi.TransportListener;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * Connects the nodes of one JVM as badly as a test wants it: drops, delays, duplicates, reorders,
 * holds back, partitions, slows down, counts. Written against the SPI alone. Frames are copied and
 * delivered by one thread of its own, in order unless told otherwise.
 */
final class ChaosNetwork implements AutoCloseable {
  /** What becomes of a frame. */
  enum Fate {
    DELIVER,
    DROP,
    /** Kept until {@link #releaseHeld}. */
    HOLD,
    /** Delivered, and a copy is kept until {@link #releaseHeld}. */
    DELIVER_AND_HOLD_COPY,
    TWICE
  }

  /** Decides about frames; called by the senders' threads. */
  @FunctionalInterface
  interface Rule {
    Fate of(NodeId from, NodeId to, Frame frame);
  }

  private static final Rule DELIVER_ALL = (from, to, frame) -> Fate.DELIVER;

  private record Endpoint(TransportContext context, TransportListener listener) {}

  private record Link(NodeId from, NodeId to) {
    Link(String from, String to) {
      this(new NodeId(from), new NodeId(to));
    }
  }

  private record InTransit(
      long dueNanos, long number, NodeId from, NodeId to, Frame frame, Frame original, int crc)
      implements Comparable<InTransit> {
    @Override
    public int compareTo(InTransit other) {
      return dueNanos != other.dueNanos
          ? Long.signum(dueNanos - other.dueNanos)
          : Long.compare(number, other.number);
    }
  }

  private final Map<NodeId, Endpoint> endpoints = new ConcurrentHashMap<>();
  private final Set<Link> cut = ConcurrentHashMap.newKeySet();
  private final Set<NodeId> isolated = ConcurrentHashMap.newKeySet();
  private final PriorityBlockingQueue<InTransit> inTransit = new PriorityBlockingQueue<>();
  private final List<InTransit> held = new ArrayList<>();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong frames = new AtomicLong();
  private final Map<Link, LongAdder> bytes = new ConcurrentHashMap<>();
  private final Map<Link, SlowLink> slow = new ConcurrentHashMap<>();
  private final AtomicReference<String> broken = new AtomicReference<>("");
  private final Thread thread = new Thread(this::deliverAll, "test-network");
  private volatile Rule rule = DELIVER_ALL;
  private volatile long maxDelayNanos;
  private volatile boolean closed;
  private Random random = new Random(1);

  ChaosNetwork() {
    thread.setDaemon(true);
    thread.start();
  }

  Transport transport() {
    return new ChaosTransport();
  }

  /** From now on this decides about every frame. */
  void rule(Rule newRule) {
    rule = newRule;
  }

  /** From now on frames are lost, doubled, and delayed at random and so reordered. */
  void unreliable(long seed, double loss, double duplication, Duration maxDelay) {
    Random chances = new Random(seed);
    random = new Random(seed + 1);
    maxDelayNanos = maxDelay.toNanos();
    rule =
        (from, to, frame) -> {
          double chance;
          synchronized (chances) {
            chance = chances.nextDouble();
          }
          return chance < loss
              ? Fate.DROP
              : chance < loss + duplication ? Fate.TWICE : Fate.DELIVER;
        };
  }

  /** What decides about every frame. */
  Rule rule() {
    return rule;
  }

  /** Nothing is cut off any more; the rule stays. */
  void reconnect() {
    cut.clear();
    isolated.clear();
  }

  /** Everything arrives again, at once and in order. What is held stays held. */
  void heal() {
    reconnect();
    maxDelayNanos = 0;
    rule = DELIVER_ALL;
    slow.values().forEach(link -> link.bytesPerSecond(Long.MAX_VALUE));
  }

  void isolate(String node) {
    isolated.add(new NodeId(node));
  }

  /** Drops frames in one direction. */
  void cut(String from, String to) {
    cut.add(new Link(from, to));
  }

  /** Drops frames in both directions. */
  void cutBoth(String one, String other) {
    cut(one, other);
    cut(other, one);
  }

  /** From now on frames in one direction take the time that a {@link SlowLink} needs for them. */
  void slow(String from, String to, long bytesPerSecond) {
    slow.computeIfAbsent(new Link(from, to), link -> new SlowLink()).bytesPerSecond(bytesPerSecond);
  }

  int heldCount() {
    synchronized (held) {
      return held.size();
    }
  }

  /** Delivers what was held back, in order. */
  void releaseHeld() {
    List<InTransit> released;
    synchronized (held) {
      released = List.copyOf(held);
      held.clear();
    }
    for (InTransit frame : released) {
      enqueue(System.nanoTime(), frame.from(), frame.to(), frame.frame(), frame.original());
    }
  }

  void forgetHeld() {
    synchronized (held) {
      held.clear();
    }
  }

  long frames() {
    return frames.get();
  }

  long bytes() {
    return bytes.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** What one node has sent to another, whatever became of it. */
  long bytes(String from, String to) {
    LongAdder sent = bytes.get(new Link(from, to));
    return sent == null ? 0 : sent.sum();
  }

  /** Which promise of the SPI a node broke; empty for none. */
  String broken() {
    return broken.get();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    slow.values().forEach(SlowLink::close);
  }

  private void send(NodeId from, NodeId to, Frame frame) {
    frames.incrementAndGet();
    Link link = new Link(from, to);
    bytes
        .computeIfAbsent(link, unused -> new LongAdder())
        .add(frame.header().remaining() + frame.bodyBytes());
    boolean lost = cut.contains(link) || isolated.contains(from) || isolated.contains(to);
    if (lost) {
      return;
    }
    long now = System.nanoTime();
    Fate fate = rule.of(from, to, frame);
    switch (fate) {
      case DROP -> {}
      case DELIVER -> enqueue(now + delay(), from, to, copy(frame), frame);
      case TWICE -> {
        enqueue(now + delay(), from, to, copy(frame), frame);
        enqueue(now + delay(), from, to, copy(frame), frame);
      }
      case HOLD -> hold(from, to, frame);
      case DELIVER_AND_HOLD_COPY -> {
        hold(from, to, frame);
        enqueue(now + delay(), from, to, copy(frame), frame);
      }
    }
  }

  private void hold(NodeId from, NodeId to, Frame frame) {
    synchronized (held) {
      held.add(new InTransit(0, held.size(), from, to, copy(frame), frame, 0));
    }
  }

  private long delay() {
    long most = maxDelayNanos; // once: a test's thread may heal the network meanwhile
    if (most == 0) {
      return 0;
    }
    synchronized (inTransit) {
      return random.nextLong(most);
    }
  }

  private void enqueue(long dueNanos, NodeId from, NodeId to, Frame frame, Frame original) {
    InTransit sent =
        new InTransit(
            dueNanos, numbers.incrementAndGet(), from, to, frame, original, crc(original));
    SlowLink link = slow.get(new Link(from, to));
    if (link == null) {
      arrive(sent);
    } else {
      link.send(frame, () -> arrive(sent));
    }
  }

  private void arrive(InTransit sent) {
    inTransit.add(sent);
    LockSupport.unpark(thread);
  }

  /** The receiver gets bytes of its own, as from a socket, in direct buffers cut anywhere. */
  private static Frame copy(Frame frame) {
    ByteBuffer header = ByteBuffer.allocate(frame.header().remaining());
    header.put(frame.header().duplicate()).flip();
    int length = frame.bodyBytes();
    if (length == 0) {
      return new Frame(frame.priority(), header, List.of());
    }
    ByteBuffer body = ByteBuffer.allocateDirect(length);
    frame.body().forEach(part -> body.put(part.duplicate()));
    body.flip();
    int half = length / 2;
    return new Frame(
        frame.priority(), header, List.of(body.slice(0, half), body.slice(half, length - half)));
  }

  private static int crc(Frame frame) {
    CRC32C crc = new CRC32C();
    crc.update(frame.header().duplicate());
    frame.body().forEach(part -> crc.update(part.duplicate()));
    return (int) crc.getValue();
  }

  private void deliverAll() {
    while (!closed) {
      InTransit next = inTransit.peek();
      long now = System.nanoTime();
      if (next == null) {
        LockSupport.park(this);
      } else if (next.dueNanos() - now > 0) {
        LockSupport.parkNanos(this, next.dueNanos() - now);
      } else {
        InTransit due = inTransit.poll();
        if (due != null) {
          deliver(due);
        }
      }
    }
  }

  private void deliver(InTransit due) {
    if (crc(due.original()) != due.crc()) {
      broken.set("node " + due.from() + " changed the bytes of a frame after it had sent it");
    }
    Endpoint receiver = endpoints.get(due.to());
    if (receiver == null) {
      return;
    }
    try {
      receiver.listener().onFrame(due.from(), due.frame());
    } catch (RuntimeException e) {
      broken.set("node " + due.to() + " threw from onFrame: " + e);
    }
  }

  private final class ChaosTransport implements Transport {
    private volatile Endpoint own;

    @Override
    public void start(TransportContext context, TransportListener listener) {
      Endpoint endpoint = new Endpoint(context, listener);
      if (endpoints.putIfAbsent(context.self(), endpoint) != null) {
        throw new NodeStartException(
            NodeStartException.Reason.ADDRESS_IN_USE, context.self() + " is there already", null);
      }
      own = endpoint;
    }

    @Override
    public void send(NodeId to, Frame frame) {
      Endpoint sender = own;
      if (sender == null) {
        return;
      }
      if (to.equals(sender.context().self())) {
        broken.set("node " + to + " sent a frame to itself");
      }
      ChaosNetwork.this.send(sender.context().self(), to, frame);
    }

    @Override
    public void close() {
      Endpoint closing = own;
      own = null;
      if (closing != null) {
        endpoints.remove(closing.context().self(), closing);
      }
    }
  }
}
