package io.raftlog.examples.quickstart;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.Transport;
import io.raftlog.spi.TransportContext;
import io.raftlog.spi.TransportListener;

/** A transport that carries nothing any more, in neither direction, once its switch is flipped. */
final class KillableTransport implements Transport {
  private final Transport transport;
  private final KillSwitch killSwitch;

  KillableTransport(Transport transport, KillSwitch killSwitch) {
    this.transport = transport;
    this.killSwitch = killSwitch;
  }

  @Override
  public void start(TransportContext context, TransportListener listener) {
    transport.start(context, new KillableListener(listener, killSwitch));
  }

  @Override
  public void send(NodeId to, Frame frame) {
    if (!killSwitch.isFlipped()) {
      transport.send(to, frame);
    }
  }

  @Override
  public void close() {
    transport.close();
  }

  private record KillableListener(TransportListener listener, KillSwitch killSwitch)
      implements TransportListener {
    @Override
    public void onFrame(NodeId from, Frame frame) {
      if (!killSwitch.isFlipped()) {
        listener.onFrame(from, frame);
      }
    }

    @Override
    public void onDisconnected(NodeId peer) {
      if (!killSwitch.isFlipped()) {
        listener.onDisconnected(peer);
      }
    }
  }
}
