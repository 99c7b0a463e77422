package io.raftlog.jepsen.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Stands before a peer's address where the kernel cannot shape traffic (no netem): what is sent to
 * the peer is delayed, or has bits flipped that no TCP checksum notices. Each connection has three
 * threads: two for what goes to the peer, one for what comes back, which is only copied.
 */
final class LinkProxy {
  /**
   * What is done to a link.
   *
   * @param delayMillis what every byte takes
   * @param jitterMillis what it may take in addition
   * @param bytesBetweenFlips about how many bytes lie between two flipped bits; 0 for none
   */
  record Shape(long delayMillis, long jitterMillis, int bytesBetweenFlips) {
    static final Shape NONE = new Shape(0, 0, 0);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Chunk(byte[] bytes, int length, long dueNanos) {}

  private static final int CHUNK_BYTES = 16 << 10;

  /** On their way in one connection: as many as a link of 1 Gbit/s holds in 100 ms. */
  private static final int MAX_CHUNKS = 750;

  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;

  private final ServerSocket server;
  private final InetSocketAddress peer;
  private volatile Shape shape = Shape.NONE;

  private LinkProxy(ServerSocket server, InetSocketAddress peer) {
    this.server = server;
    this.peer = peer;
  }

  static LinkProxy to(String host, int port) throws IOException {
    ServerSocket server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    LinkProxy proxy = new LinkProxy(server, new InetSocketAddress(host, port));
    daemon(proxy::accept);
    return proxy;
  }

  /** Where to connect instead of to the peer. */
  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  void shape(Shape newShape) {
    shape = newShape;
  }

  private void accept() {
    try {
      while (true) {
        Socket near = server.accept();
        daemon(() -> connect(near));
      }
    } catch (IOException e) {
      throw new IllegalStateException("proxy to " + peer, e);
    }
  }

  private void connect(Socket near) {
    Socket far = new Socket();
    try {
      far.connect(peer, CONNECT_TIMEOUT_MILLIS);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
    } catch (IOException notThere) {
      close(near);
      close(far);
      return;
    }
    BlockingQueue<Chunk> onTheWay = new ArrayBlockingQueue<>(MAX_CHUNKS);
    daemon(() -> send(onTheWay, far, near));
    daemon(() -> copy(far, near));
    receive(near, far, onTheWay);
  }

  private void receive(Socket near, Socket far, BlockingQueue<Chunk> onTheWay) {
    try {
      InputStream in = near.getInputStream();
      while (true) {
        byte[] bytes = new byte[CHUNK_BYTES];
        int length = in.read(bytes);
        if (length < 0) {
          break;
        }
        Shape now = shape;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long millis =
            now.delayMillis() + (now.jitterMillis() > 0 ? random.nextLong(now.jitterMillis()) : 0);
        flip(bytes, length, now.bytesBetweenFlips());
        onTheWay.put(
            new Chunk(bytes, length, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis)));
      }
    } catch (IOException broken) {
      // The other side is told by closing it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(near);
      close(far);
      onTheWay.clear();
      onTheWay.offer(new Chunk(new byte[0], -1, System.nanoTime()));
    }
  }

  private static void flip(byte[] bytes, int length, int bytesBetweenFlips) {
    if (bytesBetweenFlips == 0) {
      return;
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int at = random.nextInt(2 * bytesBetweenFlips);
        at < length;
        at += 1 + random.nextInt(2 * bytesBetweenFlips)) {
      bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
  }

  private static void send(BlockingQueue<Chunk> onTheWay, Socket far, Socket near) {
    try {
      OutputStream out = far.getOutputStream();
      for (Chunk chunk = onTheWay.take(); chunk.length() >= 0; chunk = onTheWay.take()) {
        long wait = chunk.dueNanos() - System.nanoTime();
        if (wait > 0) {
          TimeUnit.NANOSECONDS.sleep(wait);
        }
        out.write(chunk.bytes(), 0, chunk.length());
      }
    } catch (IOException broken) {
      // As above.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(far);
      close(near);
      onTheWay.clear(); // lets the receiver go, should it wait for room
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException broken) {
      // As above.
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is lost that was not lost before.
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "link-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
