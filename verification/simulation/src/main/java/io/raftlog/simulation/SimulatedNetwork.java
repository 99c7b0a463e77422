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

  /** By the number of the sender, then of the receiver. */
  private final Direction[][] directions;

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
    this.directions = draw(world.settings, world.randomAside(1));
  }

  private static Direction[][] draw(Settings settings, SeededRandom random) {
    boolean differ = settings.network().lopsided();
    Direction[][] directions = new Direction[settings.nodes()][settings.nodes()];
    for (Direction[] fromOne : directions) {
      for (int to = 0; to < fromOne.length; to++) {
        long distance = differ ? random.between(1, MAX_DISTANCE) : 1;
        double lossiness = differ ? 3 * random.nextDouble() : 1;
        fromOne[to] = new Direction(distance, lossiness, settings.network().rate());
      }
    }
    return directions;
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
    Direction direction = directions[sender.node().number()][receiver.number()];
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
    if (lossy && random.chance(net.loss() * direction.lossiness())) {
      world.counters.add("fault.net.lost");
      return;
    }
    if (lossy && random.chance(net.garbled())) {
      world.counters.add("fault.net.garbled");
      return;
    }
    if (!direction.hasRoom(frame, world.now())) {
      world.counters.add("fault.net.overflow");
      return;
    }
    deliverLater(sender, direction, receiver, frame, crc);
    if (lossy && random.chance(net.duplication())) {
      world.counters.add("fault.net.duplicated");
      deliverLater(sender, direction, receiver, frame, crc);
    }
  }

  private void deliverLater(
      Life sender, Direction direction, SimulatedNode receiver, Frame frame, long crc) {
    Settings.NetworkSettings net = world.settings.network();
    long delay = direction.distance() * net.delayNanos() + random.exponential(net.jitterNanos());
    long departure = direction.departure(frame, world.now());
    long arrival = departure + slowness * delay;
    boolean heldBack = lossy && random.chance(net.heldBack());
    if (heldBack) {
      world.counters.add("fault.net.heldBack");
      arrival += random.logUniform(MIN_HOLD_NANOS, MAX_HOLD_NANOS);
    } else if (net.ordered()) {
      arrival = Math.max(arrival, direction.lastArrival(frame.priority()) + 1);
    }
    if (arrival < direction.lastArrival(frame.priority())) {
      world.counters.add("fault.net.reordered");
    }
    if (arrival - departure <= MAX_HOLD_NANOS / 100) {
      direction.arrives(frame.priority(), arrival);
    }
    SimulatedNode from = sender.node();
    world.queue.at(arrival, () -> world.watch(() -> deliver(from, receiver, frame, crc, heldBack)));
  }

  private void deliver(
      SimulatedNode from, SimulatedNode receiver, Frame frame, long crc, boolean heldBack) {
    if (links.isStarved(receiver.number()) && frame.bodyBytes() > 0) {
      return;
    }
    // What was held back somewhere comes through although by now the link is cut.
    if (!heldBack && links.isCut(from.number(), receiver.number())) {
      world.counters.add("fault.net.cut");
      return;
    }
    if (receiver == recorded) {
      recording.add(() -> deliver(from, receiver, frame, crc, true));
      if (recording.size() > MAX_RECORDED) {
        recording.removeFirst();
      }
    }
    if (crc(frame) != crc) {
      world.report(new Violation("FramesAreImmutable", "a frame of " + from.id() + " was changed"));
    }
    Life life = receiver.life();
    if (life == null) {
      return;
    }
    try {
      Addressed addressed = codec.decode(copy(frame.header()));
      Envelope envelope = addressed.envelope();
      world.trace("deliver", from.id() + ">" + receiver.id(), crc, () -> describe(addressed));
      life.receive(addressed.logId(), envelope, List.of(joined(frame)));
    } catch (MalformedFrameException | MalformedEntryException e) {
      world.report(new Violation("FramesAreUnderstood", from.id() + " sent a frame: " + e));
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
      directions[node.number()][other.number()].clear();
      directions[other.number()][node.number()].clear();
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
