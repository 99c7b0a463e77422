package io.raftlog.jepsen.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinkProxyTest {
  private static final int BYTES = 100_000;

  private ServerSocket peer;
  private LinkProxy proxy;
  private Socket near;
  private Socket far;

  @BeforeEach
  void connect() throws IOException {
    peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    proxy = LinkProxy.to("127.0.0.1", peer.getLocalPort());
    near =
        new Socket(
            InetAddress.getLoopbackAddress(),
            Integer.parseInt(proxy.address().substring("127.0.0.1:".length())));
    far = peer.accept();
  }

  @AfterEach
  void close() throws IOException {
    near.close();
    far.close();
    peer.close();
  }

  @Test
  void shouldCopyBothWays() throws IOException {
    near.getOutputStream().write(17);
    far.getOutputStream().write(18);

    assertThat(far.getInputStream().read()).isEqualTo(17);
    assertThat(near.getInputStream().read()).isEqualTo(18);
  }

  @Test
  void shouldDelayWhatGoesToThePeer() throws IOException {
    proxy.shape(new LinkProxy.Shape(200, 0, 0));
    long start = System.nanoTime();

    near.getOutputStream().write(17);

    assertThat(far.getInputStream().read()).isEqualTo(17);
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(200);
  }

  @Test
  void shouldFlipAboutAsManyBitsAsItIsTold() throws IOException {
    proxy.shape(new LinkProxy.Shape(0, 0, 1_000));
    near.getOutputStream().write(new byte[BYTES]);

    byte[] arrived = far.getInputStream().readNBytes(BYTES);

    int flipped = 0;
    for (byte one : arrived) {
      flipped += Integer.bitCount(one & 0xff);
    }
    assertThat(flipped).isBetween(BYTES / 2_000, BYTES / 500);
  }

  @Test
  void shouldTellBothSidesWhenOneCloses() throws IOException {
    far.close();

    assertThat(near.getInputStream().read()).isEqualTo(-1);
  }
}
