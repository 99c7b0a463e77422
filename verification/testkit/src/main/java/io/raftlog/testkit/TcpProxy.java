package io.raftlog.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A faulty network: it stands between a node and another one's TCP address. Each connection has two
 * threads, which copy one direction each.
 */
final class TcpProxy implements Closeable {
  /** What it does to the bytes on their way. */
  enum Mode {
    /** Copies them. */
    FORWARD,
    /** Reads no more of them, so that the sender's and the receiver's buffers fill up. */
    STALL,
    /** Changes a bit now and then. */
    CORRUPT
  }

  /** Small, so that a stalled proxy takes little from the sender. */
  private static final int BUFFER_BYTES = 16 << 10;

  /** A bit in 1 to 64 KiB is changed, so that handshakes, headers and bodies have their turn. */
  private static final int MAX_BYTES_BETWEEN_FLIPS = 64 << 10;

  private static final long STALL_POLL_NANOS = 1_000_000;

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicLong flips = new AtomicLong();
  private final AtomicLong seeds = new AtomicLong();
  private volatile Mode mode = Mode.FORWARD;
  private volatile boolean closed;

  private TcpProxy(ServerSocket server, InetSocketAddress target) {
    this.server = server;
    this.target = target;
  }

  /** Opens one in front of an address, {@code host:port}. */
  static TcpProxy before(String address) {
    int colon = address.lastIndexOf(':');
    InetSocketAddress target =
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    try {
      ServerSocket server = new ServerSocket();
      server.setReceiveBufferSize(BUFFER_BYTES);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next()));
      TcpProxy proxy = new TcpProxy(server, target);
      daemon(proxy::acceptAll);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "testkit-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** Where to connect instead of to the target. */
  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  void mode(Mode mode) {
    this.mode = mode;
  }

  /** How many bits were changed. */
  long flips() {
    return flips.get();
  }

  /** Breaks all connections; new ones can be made. */
  void cut() {
    sockets.forEach(TcpProxy::close);
  }

  private void acceptAll() {
    while (!closed) {
      try {
        Socket accepted = server.accept();
        keep(accepted);
        daemon(() -> connect(accepted));
      } catch (IOException e) {
        // Closed, or a connection that has gone before it was accepted.
      }
    }
  }

  /** So that it is closed with this proxy, even when it came while that happened. */
  private void keep(Socket socket) {
    sockets.add(socket);
    if (closed) {
      close(socket);
    }
  }

  private void connect(Socket accepted) {
    try {
      Socket onward = new Socket(target.getAddress(), target.getPort());
      keep(onward);
      daemon(() -> copy(onward, accepted));
      copy(accepted, onward);
    } catch (IOException nobodyListensThere) {
      close(accepted);
    }
  }

  private void copy(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    Corruption corruption = new Corruption(seeds.incrementAndGet());
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      while (true) {
        int length = in.read(buffer);
        if (length < 0) {
          break;
        }
        while (mode == Mode.STALL && !from.isClosed()) {
          LockSupport.parkNanos(STALL_POLL_NANOS);
        }
        if (mode == Mode.CORRUPT) {
          flips.addAndGet(corruption.apply(buffer, length));
        }
        out.write(buffer, 0, length);
      }
    } catch (IOException broken) {
      // Both sides are told below.
    } finally {
      close(from);
      close(to);
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }

  /** Flips bits of one stream. */
  private static final class Corruption {
    private long random;
    private int bytesToGo;

    Corruption(long seed) {
      random = seed;
      bytesToGo = next(MAX_BYTES_BETWEEN_FLIPS);
    }

    int apply(byte[] bytes, int length) {
      int count = 0;
      int at = bytesToGo;
      while (at < length) {
        bytes[at] ^= (byte) (1 << next(Byte.SIZE));
        count++;
        at += 1 + next(MAX_BYTES_BETWEEN_FLIPS);
      }
      bytesToGo = at - length;
      return count;
    }

    private int next(int bound) {
      random = random * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
      return (int) ((random >>> 33) % bound);
    }
  }
}
