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
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A socket that speaks as much of the protocol as a test wants it to. */
final class RawPeer implements AutoCloseable {
  /** No read blocks longer: what a test waits for comes at once, or never. */
  private static final int READ_MILLIS = 60_000;

  private final Socket tcp;
  private final Socket socket;
  private final DataInputStream in;

  /** What is between a peer's protocol and its TCP connection. */
  interface Wire {
    /** Nothing. */
    Wire PLAIN = (tcp, dialed) -> tcp;

    /** A socket to use instead; its handshake, if there is one, comes with the first use. */
    Socket over(Socket tcp, boolean dialed) throws IOException;
  }

  private RawPeer(Socket tcp, Socket socket) throws IOException {
    this.tcp = tcp;
    this.socket = socket;
    tcp.setSoTimeout(READ_MILLIS);
    in = new DataInputStream(socket.getInputStream());
  }

  static RawPeer dial(int port) throws IOException {
    return dial(port, Wire.PLAIN);
  }

  static RawPeer dial(int port, Wire wire) throws IOException {
    Socket tcp =
        new Socket(InetAddress.getLoopbackAddress(), port) {
          /** What is above it may have said that it ends; TCP does not say so. */
          @Override
          public void shutdownOutput() {}
        };
    return new RawPeer(tcp, wire.over(tcp, true));
  }

  static RawPeer accept(int port) throws IOException {
    return accept(port, Wire.PLAIN);
  }

  /** Accepts one connection, as a slow receiver: with a small buffer in the operating system. */
  static RawPeer accept(int port, Wire wire) throws IOException {
    try (ServerSocket server = new ServerSocket()) {
      server.setReuseAddress(true);
      server.setReceiveBufferSize(64 << 10);
      server.setSoTimeout(READ_MILLIS);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      Socket tcp = server.accept();
      return new RawPeer(tcp, wire.over(tcp, false));
    }
  }

  static RawPeer acceptAs(Identity self, int port) throws IOException {
    return acceptAs(self, port, Wire.PLAIN);
  }

  /** Accepts one connection and welcomes it as the node. */
  static RawPeer acceptAs(Identity self, int port, Wire wire) throws IOException {
    RawPeer peer = accept(port, wire);
    Greeting hello = peer.readGreeting();
    peer.write(Greeting.of(Greeting.Kind.WELCOME, self, hello.from(), "").encode());
    return peer;
  }

  static RawPeer welcomed(Identity self, NodeId to, int port) throws IOException {
    return welcomed(self, to, port, Wire.PLAIN);
  }

  /** Dials, introduces itself, and is welcomed. */
  static RawPeer welcomed(Identity self, NodeId to, int port, Wire wire) throws IOException {
    RawPeer peer = dial(port, wire);
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

  /** Reads so many bytes, or fewer at the end of the stream. */
  byte[] read(int bytes) throws IOException {
    return in.readNBytes(bytes);
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

  /** Says farewell above TCP, which stays open in both directions. */
  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Writes below what is between the protocol and TCP. */
  void writeRaw(byte[] bytes) throws IOException {
    tcp.getOutputStream().write(bytes);
    tcp.getOutputStream().flush();
  }

  /** Reads until the other end closes, and returns how many bytes came. */
  long drain() throws IOException {
    try {
      return in.transferTo(OutputStream.nullOutputStream());
    } catch (SocketException | SSLException reset) {
      return -1;
    }
  }

  @Override
  public void close() throws IOException {
    // Not the one above it, which might say goodbye for as long as the other end does not read.
    tcp.close();
  }
}
