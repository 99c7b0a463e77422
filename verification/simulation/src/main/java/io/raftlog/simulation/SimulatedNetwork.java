package io.raftlog.simulation;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.MalformedEntryException;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.wire.Addressed;
import io.raftlog.internal.wire.MalformedFrameException;
import io.raftlog.internal.wire.WireCodec;
import io.raftlog.simulation.checkers.Violation;
import io.raftlog.spi.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Carries frames, encoded as in production, later, in another order, twice or not at all. What
 * arrives is a copy that is made when it arrives: whoever changes a frame after it was sent is
 * found out.
 */
final class SimulatedNetwork {
  /** Election timeouts are twenty times a message's delay at least; that must do there and back. */
  private static final long MAX_DISTANCE = 4;

  /** How many deliveries are recorded. */
  private static final int MAX_RECORDED = 400;

  private static final long MIN_HOLD_NANOS = 1_000_000L;
  private static final long MAX_HOLD_NANOS = 10_000_000_000L;

  private final World world;
  private final SeededRandom random;
  private final WireCodec codec = new WireCodec();
  private final List<SimulatedNode> nodes;
  private final Links links;
  private final long[][] lastArrival;

  /** How much longer than others messages take from one node to another; mostly they do not. */
  private final long[][] distance;

  /** How much more often than others they are lost. */
  private final double[][] lossiness;

  /** What was delivered to the recorded node of late, to be delivered again. */
  private final ArrayDeque<Runnable> recording = new ArrayDeque<>();

  private @Nullable SimulatedNode recorded;

  private long slowness = 1;
  private boolean lossy = true;

  SimulatedNetwork(World world, List<SimulatedNode> nodes) {
    this.world = world;
    this.random = world.newRandom();
    this.nodes = nodes;
    this.links = new Links(world.settings.nodes());
    this.lastArrival = new long[world.settings.nodes()][world.settings.nodes()];
    this.distance = new long[world.settings.nodes()][world.settings.nodes()];
    this.lossiness = new double[world.settings.nodes()][world.settings.nodes()];
    drawDirections(world.randomAside(1));
  }

  private void drawDirections(SeededRandom directions) {
    boolean differ = world.settings.network().lopsided();
    for (int from = 0; from < distance.length; from++) {
      for (int to = 0; to < distance.length; to++) {
        distance[from][to] = differ ? directions.between(1, MAX_DISTANCE) : 1;
        lossiness[from][to] = differ ? 3 * directions.nextDouble() : 1;
      }
    }
  }

  Links links() {
    return links;
  }

  void slowDown(long factor) {
    slowness = factor;
  }

  /** From now on nothing is lost, doubled or held back. */
  void becomeReliable() {
    lossy = false;
    slowness = 1;
  }

  void send(Life sender, NodeId to, Frame frame) {
    SimulatedNode receiver = nodeOf(to);
    int from = sender.node().number();
    Addressed addressed = codec.decode(frame.header());
    sender.observeSend(addressed);
    world.counters.add("net.messages");
    world.counters.add("net.bytes", frame.header().remaining() + frame.bodyBytes());
    long crc = crc(frame);
    world.trace(
        "send",
        sender.node().id() + ">" + to,
        crc,
        () -> describe(addressed) + " body " + frame.bodyBytes());
    Settings.NetworkSettings net = world.settings.network();
    if (lossy && random.chance(net.loss() * lossiness[from][receiver.number()])) {
      world.counters.add("fault.net.lost");
      return;
    }
    if (lossy && random.chance(net.garbled())) {
      world.counters.add("fault.net.garbled");
      return;
    }
    deliverLater(sender, from, receiver, frame, crc);
    if (lossy && random.chance(net.duplication())) {
      world.counters.add("fault.net.duplicated");
      deliverLater(sender, from, receiver, frame, crc);
    }
  }

  private void deliverLater(Life sender, int from, SimulatedNode receiver, Frame frame, long crc) {
    Settings.NetworkSettings net = world.settings.network();
    int to = receiver.number();
    long delay = distance[from][to] * net.delayNanos() + random.exponential(net.jitterNanos());
    long arrival = world.now() + slowness * delay;
    boolean heldBack = lossy && random.chance(net.heldBack());
    if (heldBack) {
      world.counters.add("fault.net.heldBack");
      arrival += random.logUniform(MIN_HOLD_NANOS, MAX_HOLD_NANOS);
    } else if (net.ordered()) {
      arrival = Math.max(arrival, lastArrival[from][to] + 1);
    }
    if (arrival < lastArrival[from][to]) {
      world.counters.add("fault.net.reordered");
    }
    lastArrival[from][to] =
        arrival - world.now() > MAX_HOLD_NANOS / 100
            ? lastArrival[from][to]
            : Math.max(arrival, lastArrival[from][to]);
    world.queue.at(
        arrival,
        () -> world.watch(() -> deliver(sender.node().id(), from, receiver, frame, crc, heldBack)));
  }

  private void deliver(
      NodeId fromId, int from, SimulatedNode receiver, Frame frame, long crc, boolean heldBack) {
    if (links.isStarved(receiver.number()) && frame.bodyBytes() > 0) {
      return;
    }
    // What was held back somewhere comes through although by now the link is cut.
    if (!heldBack && links.isCut(from, receiver.number())) {
      world.counters.add("fault.net.cut");
      return;
    }
    if (receiver == recorded) {
      recording.add(() -> deliver(fromId, from, receiver, frame, crc, true));
      if (recording.size() > MAX_RECORDED) {
        recording.removeFirst();
      }
    }
    if (crc(frame) != crc) {
      world.report(new Violation("FramesAreImmutable", "a frame of " + fromId + " was changed"));
    }
    Life life = receiver.life();
    if (life == null) {
      return;
    }
    try {
      Addressed addressed = codec.decode(copy(frame.header()));
      Envelope envelope = addressed.envelope();
      world.trace("deliver", fromId + ">" + receiver.id(), crc, () -> describe(addressed));
      life.receive(addressed.logId(), envelope, List.of(joined(frame)));
    } catch (MalformedFrameException | MalformedEntryException e) {
      world.report(new Violation("FramesAreUnderstood", fromId + " sent a frame: " + e));
    }
  }

  /** Begins to record what is delivered to a node; null ends that. */
  void record(@Nullable SimulatedNode node) {
    recorded = node;
    if (node != null) {
      recording.clear();
    }
  }

  /** Everything recorded arrives once more, even through links that are cut by now. */
  void replay() {
    world.counters.add("fault.net.replayed", recording.size());
    List.copyOf(recording).forEach(world::watch);
  }

  /** The connection broke: others may notice. */
  void disconnected(SimulatedNode node) {
    for (SimulatedNode other : nodes) {
      if (other != node && random.chance(0.5)) {
        world.queue.after(
            random.exponential(world.settings.network().delayNanos()),
            () -> {
              Life life = other.life();
              if (life != null) {
                life.disconnected(node.id());
              }
            });
      }
    }
  }

  private SimulatedNode nodeOf(NodeId id) {
    for (SimulatedNode node : nodes) {
      if (node.id().equals(id)) {
        return node;
      }
    }
    throw new Violation("KnownReceivers", "a frame to " + id);
  }

  private static String describe(Addressed addressed) {
    return addressed.logId() + " " + addressed.envelope().message();
  }

  private static long crc(Frame frame) {
    CRC32C crc = new CRC32C();
    crc.update(frame.header().duplicate());
    frame.body().forEach(part -> crc.update(part.duplicate()));
    return crc.getValue();
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
  }

  private static ByteBuffer joined(Frame frame) {
    ByteBuffer joined = ByteBuffer.allocate(frame.bodyBytes());
    frame.body().forEach(part -> joined.put(part.duplicate()));
    return joined.flip();
  }
}
