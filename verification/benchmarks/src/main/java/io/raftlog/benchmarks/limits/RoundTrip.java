package io.raftlog.benchmarks.limits;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Bytes to an echo on loopback and back; both sides block in the kernel while they wait. */
final class RoundTrip implements Stopwatch.Operation {
  static final int MESSAGE_BYTES = 100;

  private final SocketChannel client;
  private final SocketChannel server;
  private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);

  private RoundTrip(SocketChannel client, SocketChannel server) {
    this.client = client;
    this.server = server;
  }

  static RoundTrip connect() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel client = SocketChannel.open(listener.getLocalAddress());
      SocketChannel server = listener.accept();
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      server.setOption(StandardSocketOptions.TCP_NODELAY, true);
      RoundTrip roundTrip = new RoundTrip(client, server);
      Thread echo = new Thread(roundTrip::echo, "echo");
      echo.setDaemon(true);
      echo.start();
      return roundTrip;
    }
  }

  private void echo() {
    ByteBuffer received = ByteBuffer.allocateDirect(MESSAGE_BYTES);
    try {
      while (server.read(received.clear()) >= 0) {
        received.flip();
        while (received.hasRemaining()) {
          server.write(received);
        }
      }
    } catch (IOException e) {
      // The other side was closed, and nobody waits for an echo.
    }
  }

  @Override
  public void run() throws IOException {
    message.clear();
    while (message.hasRemaining()) {
      client.write(message);
    }
    message.clear();
    while (message.hasRemaining()) {
      if (client.read(message) < 0) {
        throw new IOException("the echo has ended");
      }
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
