package io.raftlog.internal.core;

import io.raftlog.NodeId;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.message.RaftMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The network between the servers: it may delay, reorder, lose, duplicate and hold back. */
final class Network {
  private record Link(NodeId from, NodeId to) {}

  private record Packet(long dueNanos, long order, Envelope envelope) {}

  private final SeededRandom random;
  private final PriorityQueue<Packet> packets =
      new PriorityQueue<>(
          (a, b) ->
              a.dueNanos() != b.dueNanos()
                  ? Long.compare(a.dueNanos(), b.dueNanos())
                  : Long.compare(a.order(), b.order()));
  private final Set<Link> cut = new HashSet<>();
  private final Map<Link, Long> lastDue = new HashMap<>();
  private final List<Envelope> held = new ArrayList<>();
  private Predicate<Envelope> holds = e -> false;
  private Predicate<Envelope> drops = e -> false;
  private Consumer<Envelope> tap = e -> {};
  private long minDelayNanos = CoreCluster.millis(1);
  private long maxDelayNanos = CoreCluster.millis(1);
  private int lossPercent;
  private int duplicationPercent;
  private boolean inOrder = true;
  private long order;
  private int sent;

  Network(SeededRandom random) {
    this.random = random;
  }

  /** Takes a message from its sender. */
  void send(Envelope envelope, long nowNanos) {
    sent++;
    tap.accept(envelope);
    if (holds.test(envelope)) {
      held.add(envelope);
      return;
    }
    if (isCut(envelope) || drops.test(envelope) || random.percent(lossPercent)) {
      return;
    }
    transmit(envelope, nowNanos);
    if (random.percent(duplicationPercent)) {
      transmit(envelope, nowNanos);
    }
  }

  private void transmit(Envelope envelope, long nowNanos) {
    long due = nowNanos + random.between(minDelayNanos, maxDelayNanos);
    if (inOrder) {
      due = Math.max(due, lastDue.getOrDefault(link(envelope), due));
      lastDue.put(link(envelope), due);
    }
    packets.add(new Packet(due, order++, envelope));
  }

  /** When the next message arrives, on the cluster's clock. */
  long dueNanos() {
    Packet next = packets.peek();
    return next == null ? Long.MAX_VALUE : next.dueNanos();
  }

  /** The next message, whether it arrives or not. */
  Envelope next() {
    return packets.remove().envelope();
  }

  /** Whether a message that was under way is lost because the link was cut. */
  boolean isCut(Envelope envelope) {
    return cut.contains(link(envelope));
  }

  private static Link link(Envelope envelope) {
    return new Link(envelope.from(), envelope.to());
  }

  /** Shows everything that is sent from now on. */
  void tap(Consumer<Envelope> listener) {
    tap = listener;
  }

  int sent() {
    return sent;
  }

  Network delayMillis(long min, long max) {
    minDelayNanos = CoreCluster.millis(min);
    maxDelayNanos = CoreCluster.millis(max);
    return this;
  }

  Network delayMicros(long min, long max) {
    minDelayNanos = min * 1_000;
    maxDelayNanos = max * 1_000;
    return this;
  }

  void loss(int percent) {
    lossPercent = percent;
  }

  void duplication(int percent) {
    duplicationPercent = percent;
  }

  void reorder(boolean allowed) {
    inOrder = !allowed;
  }

  /** Messages from one node to another are lost, also those that are under way. */
  void cut(String from, String to) {
    cut.add(new Link(new NodeId(from), new NodeId(to)));
  }

  void cutBoth(String a, String b) {
    cut(a, b);
    cut(b, a);
  }

  void mend(String from, String to) {
    cut.remove(new Link(new NodeId(from), new NodeId(to)));
  }

  void mendBoth(String a, String b) {
    mend(a, b);
    mend(b, a);
  }

  /** Mends all links and loses nothing more; what is held back stays so. */
  void heal() {
    cut.clear();
    drops = e -> false;
    lossPercent = 0;
  }

  /** From now on such messages are lost. */
  void drop(Predicate<Envelope> which) {
    drops = which;
  }

  void drop(RaftMessage.Kind kind) {
    drop(e -> e.message().kind() == kind);
  }

  /** From now on such messages are held back. */
  void hold(Predicate<Envelope> which) {
    holds = which;
  }

  void hold(RaftMessage.Kind kind) {
    hold(e -> e.message().kind() == kind);
  }

  /** Takes what was held back so far. */
  List<Envelope> takeHeld() {
    List<Envelope> taken = List.copyOf(held);
    held.clear();
    return taken;
  }

  int heldCount() {
    return held.size();
  }

  /** Sends what was held back so far, and holds nothing back any more. */
  void release(long nowNanos) {
    holds = e -> false;
    for (Envelope envelope : takeHeld()) {
      transmit(envelope, nowNanos);
    }
  }

  /** Loses everything that is under way. */
  void clear() {
    packets.clear();
    held.clear();
  }
}
