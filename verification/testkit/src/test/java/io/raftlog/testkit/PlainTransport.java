package io.raftlog.testkit;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.spi.Frame;
import io.raftlog.spi.Transport;
import io.raftlog.spi.TransportContext;
import io.raftlog.spi.TransportListener;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A transport over plain sockets, as somebody might write it who has read the SPI only: a thread
 * for each connection. To test the suite with, it can be given one fault. Thread-safe.
 */
final class PlainTransport implements Transport {
  private final TransportFault fault;
  private final Map<NodeId, PlainPeer> peers = new HashMap<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final Set<Socket> accepted = ConcurrentHashMap.newKeySet();
  private final Map<String, String> incarnations = new ConcurrentHashMap<>();
  private @Nullable TransportContext context;
  private @Nullable TransportListener listener;
  private @Nullable ServerSocket server;
  private volatile boolean closed;
  private final AtomicInteger closes = new AtomicInteger();
  private volatile boolean joining;

  PlainTransport(TransportFault fault) {
    this.fault = fault;
  }

  @Override
  public void start(TransportContext given, TransportListener told) {
    context = given;
    listener = told;
    server = bind(given);
    if (fault == TransportFault.FAILS_WITHOUT_PEERS && given.addresses().size() == 1) {
      throw new IllegalArgumentException("nobody to talk to");
    }
    startThread(this::acceptAll, "accept");
    for (NodeId peer : given.addresses().keySet()) {
      if (!peer.equals(given.self()) || fault == TransportFault.SENDS_TO_ITSELF) {
        PlainPeer to = new PlainPeer(given, peer, fault);
        peers.put(peer, to);
        startThread(to::run, "to-" + peer);
      }
    }
    if (fault == TransportFault.CONNECTS_BEFORE_IT_HAS_STARTED) {
      peers.values().forEach(PlainPeer::awaitConnected);
    }
  }

  private ServerSocket bind(TransportContext given) {
    String address = String.valueOf(given.addresses().get(given.self()));
    if (fault == TransportFault.TAKES_ANY_ADDRESS && address.indexOf(':') < 0) {
      address = "127.0.0.1:" + FreePorts.next();
    }
    try {
      ServerSocket bound = new ServerSocket();
      bound.bind(parse(address));
      return bound;
    } catch (IOException e) {
      Reason reason =
          fault == TransportFault.GIVES_THE_WRONG_REASON ? Reason.OTHER : Reason.ADDRESS_IN_USE;
      if (fault == TransportFault.LEAVES_A_THREAD_WHEN_REFUSED) {
        startIdleThread();
      }
      throw new NodeStartException(reason, "cannot listen on " + address + ": " + e, e);
    }
  }

  static InetSocketAddress parse(String address) {
    try {
      int colon = address.lastIndexOf(':');
      int port = Integer.parseInt(address.substring(colon + 1));
      return new InetSocketAddress(address.substring(0, colon), port);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new NodeStartException(Reason.BAD_ADDRESS, "no host:port: " + address, e);
    }
  }

  private void startThread(Runnable task, String name) {
    Thread thread = new Thread(task, "plain-" + name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private static void startIdleThread() {
    Thread thread = new Thread(() -> LockSupport.parkNanos(10_000_000_000L), "plain-idle");
    thread.setDaemon(true);
    thread.start();
  }

  private void acceptAll() {
    while (!closed) {
      try {
        Socket socket = server.accept();
        accepted.add(socket);
        if (closed) {
          socket.close();
        }
        startThread(() -> receive(socket), "from");
      } catch (IOException e) {
        // Closed, or a connection that was gone at once.
      }
    }
  }

  private void receive(Socket socket) {
    NodeId from = null;
    try (socket) {
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      PlainFrames.Hello hello = PlainFrames.Hello.read(in, fault);
      from = admitted(hello);
      byte[] reused = new byte[1 << 20];
      while (from != null) {
        deliver(from, PlainFrames.read(in, fault, reused));
      }
    } catch (IOException | IllegalArgumentException broken) {
      // Whoever dialed tries again.
    } finally {
      accepted.remove(socket);
    }
    if (from != null && !closed && fault != TransportFault.REPORTS_NO_DISCONNECTS) {
      listener.onDisconnected(from);
    }
  }

  private @Nullable NodeId admitted(PlainFrames.Hello hello) {
    if (fault == TransportFault.BELIEVES_EVERYBODY && hello.from().isEmpty()) {
      listener.onFrame(
          new NodeId("n2"), new Frame(Frame.Priority.BULK, ByteBuffer.allocate(3), List.of()));
      return null;
    }
    NodeId from = new NodeId(hello.from());
    boolean otherCluster = !hello.clusterId().equals(context.clusterId());
    if (otherCluster && fault != TransportFault.LETS_OTHER_CLUSTERS_IN) {
      return null;
    }
    if (!context.addresses().containsKey(from) && fault != TransportFault.LETS_STRANGERS_IN) {
      return null;
    }
    String known = incarnations.putIfAbsent(hello.from(), hello.incarnation());
    boolean another = known != null && !known.equals(hello.incarnation());
    if (another && fault == TransportFault.INSISTS_ON_THE_INCARNATION) {
      return null;
    }
    return hello.to().equals(context.self().value()) ? from : null;
  }

  private void deliver(NodeId from, Frame frame) {
    if (closed && fault != TransportFault.DOES_NOT_WAIT_FOR_ITS_THREADS) {
      return;
    }
    if (fault == TransportFault.DELIVERS_ONE_WAY && from.value().equals("n2")) {
      return;
    }
    boolean empty = frame.header().remaining() == 0 && frame.bodyBytes() == 0;
    if (empty && fault == TransportFault.LOSES_FRAMES_WITHOUT_BYTES) {
      return;
    }
    boolean wrong = fault == TransportFault.NAMES_A_WRONG_SENDER && from.value().equals("n3");
    listener.onFrame(wrong ? new NodeId("n2") : from, frame);
  }

  @Override
  public void send(NodeId to, Frame frame) {
    if (closed && fault == TransportFault.THROWS_AFTER_CLOSE) {
      throw new IllegalStateException("closed");
    }
    if (frame.bodyBytes() > 16 << 20 && fault == TransportFault.LOSES_LARGE_FRAMES) {
      return;
    }
    PlainPeer peer = peers.get(to);
    if (peer != null && !closed) {
      if (fault == TransportFault.HOLDS_A_LOCK_WHILE_IT_WRITES) {
        peers.values().forEach(PlainPeer::waitForWriter);
      }
      peer.send(frame);
    } else if (fault == TransportFault.THROWS_FOR_STRANGERS) {
      throw new IllegalArgumentException("unknown: " + to);
    }
  }

  @Override
  public void close() {
    closed = true;
    boolean before = closes.getAndIncrement() > 0;
    if (before && fault == TransportFault.THROWS_WHEN_CLOSED_AGAIN) {
      throw new IllegalStateException("closed before");
    }
    if (before && fault == TransportFault.THROWS_WHEN_CLOSED_BY_TWO && joining) {
      throw new IllegalStateException("being closed");
    }
    joining = true;
    if (server == null && fault != TransportFault.NEEDS_A_START_TO_CLOSE) {
      return;
    }
    try {
      if (fault != TransportFault.KEEPS_ITS_ADDRESS) {
        server.close();
      }
      for (Socket socket : accepted) {
        socket.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    peers.values().forEach(PlainPeer::close);
    if (fault == TransportFault.LEAVES_A_THREAD) {
      startIdleThread();
    }
    if (fault != TransportFault.DOES_NOT_WAIT_FOR_ITS_THREADS
        && fault != TransportFault.KEEPS_ITS_ADDRESS) {
      joinAll();
    }
    joining = false;
  }

  private void joinAll() {
    if (fault == TransportFault.THROWS_WHEN_INTERRUPTED && Thread.interrupted()) {
      throw new IllegalStateException("interrupted");
    }
    boolean interrupted = false;
    // The first thread accepts connections: when it has ended, no further threads are made.
    for (int i = 0; i < threads.size(); i++) {
      Thread thread = threads.get(i);
      while (thread.isAlive() && thread != Thread.currentThread()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
