package io.raftlog.internal.node;

import io.raftlog.LogOptions;
import io.raftlog.NodeClosedException;
import io.raftlog.NodeId;
import io.raftlog.RaftLog;
import io.raftlog.internal.core.CoreConfig;
import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.replica.Callbacks;
import io.raftlog.internal.replica.Replica;
import io.raftlog.internal.replica.Replica.ReplicaJournal;
import io.raftlog.internal.replica.ReplicaConfig;
import io.raftlog.internal.replica.ReplicaPorts;
import io.raftlog.internal.subscription.Subscriptions;
import io.raftlog.internal.wire.WireCodec;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.TransportContext;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node. Any thread. */
public final class Node {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** Most bytes of entries in one message to a follower: 1 MiB, one fsync's worth. */
  private static final int MAX_APPEND_BYTES = 1 << 20;

  /** Most bytes on their way to one follower: 16 MiB, more than any local network holds. */
  private static final long MAX_FOLLOWER_BYTES = 16L << 20;

  /** Most messages with entries on their way to one follower. */
  private static final int MAX_FOLLOWER_REQUESTS = 256;

  /** A restart replays at most about this much: 32 MiB, well below a second. */
  private static final long CHECKPOINT_BYTES = 32L << 20;

  /** Most subscribers of a node that are called at the same time; others wait for a thread. */
  private static final int MAX_DELIVERY_THREADS = 256;

  /** Below the milliseconds, which leave room for two centuries. */
  private static final int SESSION_RANDOM_BITS = 20;

  private final NodeConfig config;
  private final NodeLoop loop;
  private final WireCodec codec = new WireCodec();
  private final Map<String, Replica> replicas = new TreeMap<>();
  private final Map<String, NodeLog> logs = new TreeMap<>();
  private final ExecutorService blockingReads;
  private final @Nullable ThreadPoolExecutor ownCallbacks;
  private final Callbacks callbacks;
  private final PooledDeliveries deliveries;
  private final Subscriptions subscriptions;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Transport and storage, once they are open: this node closes those. One that refused to open has
   * closed itself. One that was not tried may belong to another node, by a mistake of the
   * application's, and that node must keep it.
   */
  private final Set<AutoCloseable> opened = Collections.newSetFromMap(new IdentityHashMap<>());

  private final CountDownLatch released = new CountDownLatch(1);

  private Node(NodeConfig config) {
    this.config = config;
    this.loop = new NodeLoop(config.id());
    this.blockingReads = NodeThreads.blockingReads(config.id());
    Executor given = config.callbacks();
    this.ownCallbacks = given == null ? NodeThreads.callbacks(config.id()) : null;
    this.callbacks =
        given == null
            ? Callbacks.onOneThread(
                new CallbackExecutor(Objects.requireNonNull(ownCallbacks), true))
            : new SharedCallbacks(new CallbackExecutor(given, false));
    this.deliveries = new PooledDeliveries(config.id(), MAX_DELIVERY_THREADS);
    this.subscriptions = new Subscriptions(deliveries);
  }

  /**
   * Starts a node: opens its storage, recovers its logs, and joins the network. Blocks until it
   * listens; does not wait for a leader.
   *
   * @param config what it is made of; transport and storage belong to the node from here on
   * @return the running node
   * @throws io.raftlog.NodeStartException when it cannot start; everything that was opened is
   *     closed again
   */
  public static Node start(NodeConfig config) {
    Node node = new Node(config);
    try {
      node.open();
      return node;
    } catch (Throwable e) {
      node.release();
      throw e;
    }
  }

  private void open() {
    UUID incarnation = config.storage().open(config.clusterId(), config.id());
    opened.add(config.storage());
    // Higher than that of an earlier life of this node, unless the clock was put back. Never
    // negative, however wrong the clock is.
    long session =
        ((System.currentTimeMillis() << SESSION_RANDOM_BITS) & Long.MAX_VALUE)
            | new SecureRandom().nextInt(1 << SESSION_RANDOM_BITS);
    config.logs().forEach((logId, options) -> openLog(logId, options, incarnation, session));
    config
        .transport()
        .start(
            new TransportContext(config.clusterId(), config.id(), incarnation, config.members()),
            new FrameRouter(config.id(), codec, replicas));
    opened.add(config.transport());
    loop.start(List.copyOf(replicas.values()));
    LOG.info(
        "node={} cluster={} started: address={} incarnation={} logs={}",
        config.id(),
        config.clusterId(),
        config.members().get(config.id()),
        incarnation,
        config.logs().keySet());
  }

  private void openLog(String logId, LogOptions options, UUID incarnation, long session) {
    ReplicaJournal journal = new ReplicaJournal(loop::wakeUp);
    LogStorage storage = config.storage().openLog(logId, journal.listener());
    ReplicaPorts ports =
        new ReplicaPorts(
            config.transport()::send,
            storage,
            callbacks,
            task -> NodeThreads.executeOrRefuse(blockingReads, task),
            System::currentTimeMillis,
            new SplittableRandom(),
            loop::wakeUp);
    Replica replica =
        new Replica(
            replicaConfig(logId, options, incarnation, session),
            codec,
            ports,
            journal,
            System.nanoTime());
    replicas.put(logId, replica);
    logs.put(logId, new NodeLog(config.id(), logId, options, replica, subscriptions, callbacks));
  }

  private ReplicaConfig replicaConfig(
      String logId, LogOptions options, UUID incarnation, long session) {
    CoreConfig core =
        new CoreConfig(
            config.id(),
            incarnation,
            List.copyOf(config.members().keySet()),
            options.electionTimeout().toNanos(),
            options.heartbeatInterval().toNanos(),
            MAX_APPEND_BYTES,
            MAX_FOLLOWER_BYTES,
            MAX_FOLLOWER_REQUESTS,
            options.maxInFlightBytes(),
            new LogSettings(options.maxProducers(), options.producerExpiry().toNanos()));
    return new ReplicaConfig(
        logId,
        core,
        session,
        options.appendTimeout().toNanos(),
        options.maxPayloadBytes(),
        options.maxBatchBytes(),
        options.maxInFlightBytes(),
        options.maxInFlightAppends(),
        options.maxWaitingReads(),
        options.cacheBytes(),
        CHECKPOINT_BYTES);
  }

  /**
   * One of the node's logs.
   *
   * @param logId its name
   * @return the log, or null if no such log was configured
   */
  public @Nullable RaftLog log(String logId) {
    return logs.get(logId);
  }

  /**
   * Who this is.
   *
   * @return the node's id
   */
  public NodeId id() {
    return config.id();
  }

  /**
   * Hands leadership over, settles what is in flight, and releases everything. Blocks; idempotent.
   */
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        loop.close();
        release();
      } finally {
        released.countDown();
      }
      LOG.info("node={} closed", config.id());
    } else {
      // Somebody else closes it.
      NodeThreads.uninterruptibly(released::await);
    }
    if (ownCallbacks != null) {
      NodeThreads.awaitEnd(ownCallbacks);
    }
  }

  /** One that cannot be closed does not keep the others open. */
  private void release() {
    closeQuietly("transport", config.transport());
    blockingReads.shutdown();
    NodeThreads.awaitEnd(blockingReads); // they use the storage, and tell their callers
    closeQuietly("storage", config.storage());
    subscriptions.close(
        new NodeClosedException("node " + config.id() + " is closed; subscribe on another node"));
    deliveries.shutdown();
    logs.values().forEach(NodeLog::closed);
    if (ownCallbacks != null) {
      NodeThreads.endWhenDone(ownCallbacks);
    }
  }

  private void closeQuietly(String what, AutoCloseable closeable) {
    if (!opened.contains(closeable)) {
      return;
    }
    try {
      closeable.close();
    } catch (Exception | Error e) {
      LOG.warn("node={} could not close its {}", config.id(), what, e);
    }
  }
}
