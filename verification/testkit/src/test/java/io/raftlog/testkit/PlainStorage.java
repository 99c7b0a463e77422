package io.raftlog.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.StorageListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A storage over plain files, as somebody might write it who has read the SPI only: a file of
 * writes for each log, and one thread that appends to them. What is stored is kept in memory as
 * well. To test the suite with, it can be given one fault. Thread-safe.
 */
final class PlainStorage implements NodeStorage {
  /** Places that are open in this JVM. */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path place;
  private final StorageFault fault;
  private final BooleanSupplier failing;
  private final Map<String, PlainLog> logs = new ConcurrentHashMap<>();

  /** The files of all logs that there ever were, as the identity tells. */
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  private volatile String identity = "";
  private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final ReentrantLock handOver = new ReentrantLock();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Thread writer;
  private volatile @Nullable PlainLog first;
  private boolean locked;
  private volatile boolean closed;

  PlainStorage(Path place, StorageFault fault, BooleanSupplier failing) {
    this.place = place;
    this.fault = fault;
    this.failing = failing;
    this.writer = new Thread(this::run, "plain-writer");
    writer.setDaemon(true);
  }

  @Override
  public UUID open(String clusterId, NodeId nodeId) {
    if (!OPEN.add(place) && fault != StorageFault.DOES_NOT_LOCK) {
      throw new NodeStartException(Reason.DIRECTORY_LOCKED, place + " is open", null);
    }
    try {
      UUID incarnation = identify(clusterId, nodeId.value());
      locked = true;
      writer.start();
      return incarnation;
    } catch (IOException e) {
      throw new NodeStartException(Reason.CORRUPTED, place + " is unusable: " + e, e);
    } finally {
      if (!locked && fault != StorageFault.KEEPS_THE_LOCK_WHEN_REFUSED) {
        OPEN.remove(place);
      }
    }
  }

  private UUID identify(String clusterId, String nodeId) throws IOException {
    Path file = place.resolve("identity");
    if (!Files.exists(file)) {
      boolean same = fault == StorageFault.SAME_INCARNATION;
      UUID made = same ? new UUID(1, 1) : UUID.randomUUID();
      Files.createDirectories(place);
      if (hasLogs()) {
        throw new IOException("it has logs, but no identity");
      }
      identity = clusterId + "\n" + nodeId + "\n" + made;
      writeIdentity();
      return made;
    }
    ByteBuffer sealed = ByteBuffer.wrap(Files.readAllBytes(file));
    if (sealed.remaining() < 4) {
      throw new IOException("the identity is too short");
    }
    int crc = sealed.getInt();
    byte[] bytes = new byte[sealed.remaining()];
    sealed.get(bytes);
    if (crc != crcOf(bytes)) {
      throw new IOException("the identity has a wrong checksum");
    }
    identity = new String(bytes, UTF_8);
    String[] parts = identity.split("\n", -1);
    known.addAll(List.of(parts).subList(3, parts.length));
    if (!parts[0].equals(clusterId) && fault != StorageFault.LETS_OTHER_CLUSTERS_IN) {
      throw new NodeStartException(Reason.WRONG_CLUSTER, "it belongs to " + parts[0], null);
    }
    if (!parts[1].equals(nodeId) && fault != StorageFault.LETS_OTHER_NODES_IN) {
      throw new NodeStartException(Reason.WRONG_NODE, "it belongs to " + parts[1], null);
    }
    boolean forgets = fault == StorageFault.NEW_INCARNATION_EACH_TIME;
    return forgets ? UUID.randomUUID() : UUID.fromString(parts[2]);
  }

  private boolean hasLogs() throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith("log-"));
    }
  }

  /** Replaces the identity, which is either the old one or the new one after a crash. */
  private void writeIdentity() throws IOException {
    byte[] bytes = identity.getBytes(fault == StorageFault.TAKES_ASCII_ONLY ? US_ASCII : UTF_8);
    ByteBuffer sealed = ByteBuffer.allocate(4 + bytes.length).putInt(crcOf(bytes)).put(bytes);
    Path next = place.resolve("identity.new");
    Files.write(next, sealed.array(), CREATE, TRUNCATE_EXISTING, WRITE, DSYNC);
    Files.move(next, place.resolve("identity"), ATOMIC_MOVE);
  }

  private PlainLog open(Path file, StorageListener listener) throws IOException {
    String name = file.getFileName().toString();
    boolean isGone = known.contains(name) && !Files.exists(file);
    if (isGone && fault != StorageFault.FORGETS_WHICH_LOGS_THERE_ARE) {
      throw new IOException("it is gone");
    }
    PlainLog log = new PlainLog(this, file, listener, fault);
    if (known.add(name)) {
      identity = identity + "\n" + name;
      writeIdentity();
    }
    return log;
  }

  static int crcOf(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  @Override
  public LogStorage openLog(String logId, StorageListener listener) {
    boolean mixes = fault == StorageFault.MIXES_UP_LOGS;
    String name = mixes ? logId.toLowerCase(Locale.ROOT) : logId;
    Path file = place.resolve("log-" + HexFormat.of().formatHex(name.getBytes(UTF_8)));
    if (fault == StorageFault.DROPS_WRITES_WHEN_A_LOG_IS_OPENED) {
      queue.clear();
    }
    try {
      PlainLog log = open(file, listener);
      logs.put(logId, log);
      first = first == null ? log : first;
      return log;
    } catch (IOException e) {
      throw new NodeStartException(Reason.CORRUPTED, file + " is unusable: " + e, e);
    }
  }

  boolean isClosed() {
    return closed;
  }

  boolean diskFails() {
    return failing.getAsBoolean();
  }

  boolean isBusy() {
    return !queue.isEmpty();
  }

  /** Whether it is the log that was opened first. */
  boolean isFirst(PlainLog log) {
    return log == first;
  }

  void enqueue(Runnable task) {
    handOver.lock();
    try {
      if (!closing.get()) {
        queue.add(task);
      } else if (fault == StorageFault.REPORTS_AFTER_CLOSE) {
        task.run();
      }
    } finally {
      handOver.unlock();
    }
  }

  private void run() {
    try {
      while (true) {
        Runnable task = queue.take();
        task.run();
        if (closed) {
          return;
        }
      }
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /** The files that a power failure leaves, and how long each of them is then. */
  Map<Path, Long> durableFiles() {
    Map<Path, Long> files = new ConcurrentHashMap<>();
    logs.values().forEach(log -> files.put(log.file(), log.syncedBytes()));
    return files;
  }

  @Override
  public void close() {
    if (fault == StorageFault.NEEDS_AN_OPEN_TO_CLOSE && !writer.isAlive() && !closed) {
      throw new IllegalStateException("not open");
    }
    if (!locked) {
      if (fault == StorageFault.UNLOCKS_FOR_OTHERS) {
        OPEN.remove(place);
      }
      return;
    }
    boolean firstClose;
    handOver.lock();
    try {
      firstClose = closing.compareAndSet(false, true);
      if (firstClose) {
        if (fault == StorageFault.DROPS_WRITES_WHEN_CLOSED) {
          queue.clear();
        }
        queue.add(() -> closed = true);
      }
    } finally {
      handOver.unlock();
    }
    if (!firstClose && fault == StorageFault.UNLOCKS_WHEN_CLOSED_AGAIN) {
      OPEN.remove(place);
    }
    if (!firstClose && fault == StorageFault.DOES_NOT_WAIT_FOR_THE_OTHER_CLOSE) {
      return;
    }
    join();
    if (firstClose) {
      logs.values().forEach(PlainLog::close);
      OPEN.remove(place);
      if (fault == StorageFault.LEAVES_A_THREAD) {
        Thread idle = new Thread(() -> LockSupport.parkNanos(10_000_000_000L), "plain-idle");
        idle.setDaemon(true);
        idle.start();
      }
    }
  }

  private void join() {
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
        if (fault == StorageFault.DROPS_WRITES_WHEN_INTERRUPTED) {
          writer.interrupt();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
