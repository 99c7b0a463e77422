package io.raftlog.netty;

import io.netty.buffer.Unpooled;
import io.raftlog.NodeId;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A plain socket that speaks as much of the protocol as a test wants it to. */
final class RawPeer implements AutoCloseable {
  /** No read blocks longer: what a test waits for comes at once, or never. */
  private static final int READ_MILLIS = 60_000;

  private final Socket socket;
  private final DataInputStream in;

  private RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(READ_MILLIS);
    in = new DataInputStream(socket.getInputStream());
  }

  static RawPeer dial(int port) throws IOException {
    return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Accepts one connection, as a slow receiver: with a small buffer in the operating system. */
  static RawPeer accept(int port) throws IOException {
    try (ServerSocket server = new ServerSocket()) {
      server.setReuseAddress(true);
      server.setReceiveBufferSize(64 << 10);
      server.setSoTimeout(READ_MILLIS);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return new RawPeer(server.accept());
    }
  }

  /** Accepts one connection and welcomes it as the node. */
  static RawPeer acceptAs(Identity self, int port) throws IOException {
    RawPeer peer = accept(port);
    Greeting hello = peer.readGreeting();
    peer.write(Greeting.of(Greeting.Kind.WELCOME, self, hello.from(), "").encode());
    return peer;
  }

  /** Dials, introduces itself, and is welcomed. */
  static RawPeer welcomed(Identity self, NodeId to, int port) throws IOException {
    RawPeer peer = dial(port);
    Greeting answer = peer.greet(self, to);
    if (answer.kind() != Greeting.Kind.WELCOME) {
      throw new IOException("not welcomed: " + answer);
    }
    return peer;
  }

  static Identity identity(String node, UUID incarnation) {
    return new Identity(TestCluster.ID, new NodeId(node), incarnation, UUID.randomUUID());
  }

  Greeting greet(Identity self, NodeId to) throws IOException {
    write(Greeting.of(Greeting.Kind.HELLO, self, to, "").encode());
    return readGreeting();
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  Greeting readGreeting() throws IOException {
    byte[] prefix = in.readNBytes(Greeting.PREFIX_BYTES);
    if (prefix.length < Greeting.PREFIX_BYTES) {
      throw new IOException("closed instead of a greeting");
    }
    int content = Byte.toUnsignedInt(prefix[6]) << 8 | Byte.toUnsignedInt(prefix[7]);
    byte[] rest = in.readNBytes(content + Greeting.CRC_BYTES);
    try {
      Greeting greeting = Greeting.tryDecode(Unpooled.wrappedBuffer(prefix, rest));
      if (greeting == null) {
        throw new IOException("closed within a greeting");
      }
      return greeting;
    } catch (Greeting.UnsupportedVersionException e) {
      throw new IOException(e);
    }
  }

  /** Reads a packet's header and skips its payload; null at the end of the stream. */
  @Nullable PacketHeader readPacket() throws IOException {
    byte[] bytes = in.readNBytes(PacketHeader.BYTES);
    if (bytes.length < PacketHeader.BYTES) {
      return null;
    }
    PacketHeader header = PacketHeader.decode(bytes, new CRC32C());
    in.skipNBytes(header.payloadBytes());
    return header;
  }

  static byte[] signal(PacketHeader.Type type) {
    byte[] bytes = new byte[PacketHeader.BYTES];
    PacketHeader.signal(type).set(Unpooled.wrappedBuffer(bytes), 0, new CRC32C());
    return bytes;
  }

  /** Reads until the other end closes, and returns how many bytes came. */
  long drain() throws IOException {
    try {
      return in.transferTo(OutputStream.nullOutputStream());
    } catch (SocketException reset) {
      return -1;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
