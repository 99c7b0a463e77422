package io.raftlog.internal.node;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.MalformedEntryException;
import io.raftlog.internal.message.Envelope;
import io.raftlog.internal.replica.Replica;
import io.raftlog.internal.wire.Addressed;
import io.raftlog.internal.wire.MalformedFrameException;
import io.raftlog.internal.wire.WireCodec;
import io.raftlog.spi.Frame;
import io.raftlog.spi.TransportListener;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings received frames to the log that they are about. Any thread. */
final class FrameRouter implements TransportListener {
  private static final Logger LOG = LoggerFactory.getLogger(FrameRouter.class);

  private final NodeId self;
  private final WireCodec codec;
  private final Map<String, Replica> replicas;
  private final Seldom warnings = new Seldom();

  FrameRouter(NodeId self, WireCodec codec, Map<String, Replica> replicas) {
    this.self = self;
    this.codec = codec;
    this.replicas = replicas;
  }

  @Override
  public void onFrame(NodeId from, Frame frame) {
    try {
      Addressed addressed = codec.decode(frame.header());
      Envelope envelope = addressed.envelope();
      Replica replica = replicas.get(addressed.logId());
      if (replica == null) {
        warn(from, "it sends for log \"" + addressed.logId() + "\", which is not configured here");
      } else if (!envelope.from().equals(from) || !envelope.to().equals(self)) {
        warn(from, "it sends as " + envelope.from() + " to " + envelope.to());
      } else {
        replica.receive(envelope, frame.body());
      }
    } catch (MalformedFrameException | MalformedEntryException e) {
      warn(from, String.valueOf(e.getMessage()));
    } catch (Throwable e) {
      // What a peer sends must not harm the transport's thread, whatever it is.
      warn(from, e.toString());
    }
  }

  @Override
  public void onDisconnected(NodeId peer) {
    replicas.values().forEach(replica -> replica.disconnected(peer));
  }

  private void warn(NodeId from, String what) {
    if (warnings.isDue()) {
      LOG.warn("node={} peer={} frame dropped: {}", self, from, what);
    }
  }
}
