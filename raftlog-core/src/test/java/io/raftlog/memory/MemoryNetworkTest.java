package io.raftlog.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.spi.Frame;
import io.raftlog.spi.Transport;
import io.raftlog.spi.TransportContext;
import io.raftlog.spi.TransportListener;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is dropped, and until when. */
class MemoryNetworkTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final Frame FRAME =
      new Frame(Frame.Priority.CONTROL, ByteBuffer.allocate(1), List.of());

  private final MemoryNetwork network = new MemoryNetwork();

  /** What arrived, as "from>to". */
  private final List<String> arrived = new ArrayList<>();

  private Transport start(NodeId self) {
    Transport transport = network.transport();
    transport.start(
        new TransportContext("test", self, new UUID(0, 1), Map.of(A, "a:1", B, "b:1", C, "c:1")),
        new TransportListener() {
          @Override
          public void onFrame(NodeId from, Frame frame) {
            arrived.add(from.value() + ">" + self.value());
          }

          @Override
          public void onDisconnected(NodeId peer) {}
        });
    return transport;
  }

  /** Seen: only links to nodes that had started were cut. */
  @Test
  void shouldKeepANodeIsolatedFromThoseThatStartLater() throws Exception {
    // given
    Transport a = start(A);
    Transport b = start(B);
    // when
    network.isolate(A);
    Transport c = start(C);
    // then
    a.send(B, FRAME);
    a.send(C, FRAME);
    b.send(A, FRAME);
    c.send(A, FRAME);
    c.send(B, FRAME);
    assertThat(arrived).containsExactly("c>b");
    // and: also when it starts again
    a.close();
    a = start(A);
    a.send(C, FRAME);
    c.send(A, FRAME);
    assertThat(arrived).containsExactly("c>b");
    // and
    network.heal();
    a.send(C, FRAME);
    c.send(A, FRAME);
    assertThat(arrived).containsExactly("c>b", "a>c", "c>a");
  }

  @Test
  void shouldCutOneDirection() {
    // given
    Transport a = start(A);
    Transport b = start(B);
    // when
    network.cut(A, B);
    // then
    a.send(B, FRAME);
    b.send(A, FRAME);
    assertThat(arrived).containsExactly("b>a");
  }
}
