package io.raftlog.benchmarks.contender;

import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.client.EgressListener;
import io.aeron.logbuffer.Header;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A client of the cluster: one thread sends what was handed to it and completes what is answered.
 * An Aeron client belongs to one thread, hence the queue.
 */
final class AeronClient implements EgressListener, AutoCloseable {
  /** What a leader took along when it went is never answered. */
  private static final long ANSWER_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final long KEEP_ALIVE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long CONNECT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Queue<Pending> handedOver = new ConcurrentLinkedQueue<>();
  private final Map<Long, Pending> sent = new HashMap<>();
  private final Deque<Pending> inOrder = new ArrayDeque<>();
  private final UnsafeBuffer message = new UnsafeBuffer(new byte[0]);
  private final IdleStrategy idle =
      new BackoffIdleStrategy(
          1, 1, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(100));
  private final Thread thread = new Thread(this::run, "aeron-client");
  private @Nullable AeronCluster cluster;
  private long lastKeepAliveNanos;
  private volatile boolean closed;

  private AeronClient() {}

  /** Connects to whoever leads. Blocks. */
  static AeronClient connect(String aeronDirectory, String ingressEndpoints) {
    AeronClient client = new AeronClient();
    client.cluster =
        AeronCluster.connect(
            new AeronCluster.Context()
                .aeronDirectoryName(aeronDirectory)
                .ingressChannel("aeron:udp?term-length=4m")
                .ingressEndpoints(ingressEndpoints)
                .egressChannel("aeron:udp?term-length=4m|endpoint=" + Loopback.HOST + ":0")
                .egressListener(client)
                .messageTimeoutNs(CONNECT_NANOS));
    client.thread.setDaemon(true);
    client.thread.start();
    return client;
  }

  /** Any thread. */
  CompletableFuture<?> append(byte[] payload) {
    Pending pending = new Pending(payload);
    handedOver.add(pending);
    return pending.future;
  }

  private void run() {
    AeronCluster connected = cluster;
    while (!closed && connected != null) {
      int work = send(connected);
      work += connected.pollEgress();
      work += expire();
      keepAlive(connected);
      idle.idle(work);
    }
  }

  private int send(AeronCluster connected) {
    int count = 0;
    for (Pending next = handedOver.peek(); next != null; next = handedOver.peek()) {
      message.wrap(next.payload);
      if (connected.offer(message, 0, message.capacity()) < 0) {
        // No room yet, or no leader; answers make room.
        return count;
      }
      handedOver.remove();
      sent.put(message.getLong(0, ByteOrder.BIG_ENDIAN), next);
      inOrder.add(next);
      count++;
    }
    return count;
  }

  @Override
  public void onMessage(
      long clusterSessionId,
      long timestamp,
      DirectBuffer buffer,
      int offset,
      int length,
      Header header) {
    Pending answered = sent.remove(buffer.getLong(offset, ByteOrder.BIG_ENDIAN));
    if (answered != null) {
      answered.future.complete(timestamp);
    }
  }

  private int expire() {
    int count = 0;
    for (Pending oldest = inOrder.peek(); oldest != null; oldest = inOrder.peek()) {
      if (!oldest.future.isDone()) {
        if (System.nanoTime() - oldest.startNanos < ANSWER_LIMIT_NANOS) {
          return count;
        }
        oldest.future.completeExceptionally(new TimeoutException("not answered"));
      }
      inOrder.remove();
      count++;
    }
    return count;
  }

  private void keepAlive(AeronCluster connected) {
    long nowNanos = System.nanoTime();
    if (nowNanos - lastKeepAliveNanos > KEEP_ALIVE_NANOS) {
      connected.sendKeepAlive();
      lastKeepAliveNanos = nowNanos;
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  /** An append without an answer. */
  private static final class Pending {
    private final byte[] payload;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<Long> future = new CompletableFuture<>();

    Pending(byte[] payload) {
      this.payload = payload;
    }
  }
}
