package io.raftlog.testkit;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.Transport;
import io.raftlog.spi.TransportContext;
import java.util.concurrent.atomic.AtomicLong;

/** A started transport, with its listener. Any thread. */
final class TestNode {
  private final TransportContext context;
  private final Transport transport;
  private final FrameRecorder recorder;
  private final AtomicLong longestSendNanos = new AtomicLong();

  private TestNode(TransportContext context, Transport transport, FrameRecorder recorder) {
    this.context = context;
    this.transport = transport;
    this.recorder = recorder;
  }

  static TestNode start(Transport transport, TransportContext context) {
    FrameRecorder recorder = new FrameRecorder(context);
    transport.start(context, recorder);
    return new TestNode(context, transport, recorder);
  }

  NodeId id() {
    return context.self();
  }

  TransportContext context() {
    return context;
  }

  FrameRecorder recorder() {
    return recorder;
  }

  void send(TestNode to, Frame frame) {
    send(to.id(), frame);
  }

  void send(NodeId to, Frame frame) {
    long begin = System.nanoTime();
    transport.send(to, frame);
    longestSendNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
  }

  /** How long the longest call of send took. */
  long longestSendNanos() {
    return longestSendNanos.get();
  }

  void close() {
    transport.close();
    recorder.transportWasClosed();
  }
}
