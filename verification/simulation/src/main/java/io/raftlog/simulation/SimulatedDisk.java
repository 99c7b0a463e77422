package io.raftlog.simulation;

import io.raftlog.simulation.LogImage.Item;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageException;
import io.raftlog.spi.StorageListener;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredState;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One node's disk with all its logs: writes return at once and become durable later, several with
 * one sync. What is not durable may be lost at a crash, wholly or in part.
 */
final class SimulatedDisk {
  private record Pending(OpenLog log, StorageWrite write, List<Item> items) {}

  private final World world;
  private final SeededRandom random;
  private final String node;
  private final UUID incarnation;
  private final Map<String, LogImage> durable = new TreeMap<>();
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private boolean syncing;
  private int generation;
  private boolean hung;
  private long slowness = 1;
  private boolean failing;
  private boolean failed;
  private boolean full;
  private boolean corrupted;
  private int syncsUntilAlarm;
  private @Nullable Runnable alarm;
  private @Nullable Runnable onWrite;

  SimulatedDisk(World world, String node) {
    this.world = world;
    this.node = node;
    this.random = world.newRandom();
    this.incarnation = random.uuid();
  }

  UUID incarnation() {
    return incarnation;
  }

  /** What would be there after a power cut. */
  LogImage durable(String logId) {
    return durable.computeIfAbsent(logId, id -> new LogImage());
  }

  OpenLog open(String logId, StorageListener listener, BiConsumer<OpenLog, StorageWrite> observer) {
    return new OpenLog(logId, listener, observer);
  }

  /** One log, for one life of its node. */
  final class OpenLog implements LogStorage {
    private final String logId;
    private final StorageListener listener;
    private final BiConsumer<OpenLog, StorageWrite> observer;
    private final LogImage image;
    private final int openedIn = generation;
    private boolean reportedFailure;

    private OpenLog(
        String logId, StorageListener listener, BiConsumer<OpenLog, StorageWrite> observer) {
      this.logId = logId;
      this.listener = listener;
      this.observer = observer;
      this.image = new LogImage(durable(logId));
    }

    /** Whether the replica was told that the disk has failed. */
    boolean hasReportedFailure() {
      return reportedFailure;
    }

    private void reportFailure(StorageWrite write) {
      reportedFailure = true;
      listener.onFailure(
          write.writeId(),
          new StorageException(full ? "simulated: disk full" : "simulated: sync failed", null));
    }

    /** What there will be when every write is durable. */
    LogImage image() {
      return image;
    }

    @Override
    public StoredState storedState() {
      return durable(logId).state();
    }

    @Override
    public void write(StorageWrite write) {
      if (openedIn != generation) {
        return;
      }
      world.watch(
          () -> {
            List<Item> items = image.hashed(write);
            image.apply(write, items);
            pending.add(new Pending(this, write, items));
            observer.accept(this, write);
          });
      world.counters.add("disk.writes");
      if (write.truncateFrom() > 0) {
        world.counters.add("log.truncations");
      }
      if (write.checkpoint() != null) {
        world.counters.add("disk.checkpoints");
      }
      Runnable told = onWrite;
      if (told != null) {
        told.run();
      }
      if (failed) {
        reportFailure(write);
      } else if (world.settings.disk().instant() && !syncing && !hung && !failing) {
        syncAll();
      } else {
        startSync();
      }
    }

    @Override
    public List<ByteBuffer> read(long fromIndex, int maxBytes) {
      if (openedIn != generation) {
        throw new StorageException("simulated: closed", null);
      }
      boolean unsynced = world.settings.disk().readsUnsynced();
      return (unsynced ? image : durable(logId)).read(fromIndex, maxBytes);
    }

    @Override
    public long indexOf(long offset) {
      boolean unsynced = world.settings.disk().readsUnsynced();
      return (unsynced ? image : durable(logId)).indexOf(offset);
    }
  }

  private void startSync() {
    if (syncing || pending.isEmpty()) {
      return;
    }
    syncing = true;
    int started = generation;
    int batch = pending.size();
    Settings.DiskSettings disk = world.settings.disk();
    long delay = slowness * (disk.syncNanos() + random.exponential(disk.jitterNanos()));
    world.queue.after(delay, () -> endSync(started, batch));
  }

  private void endSync(int started, int batch) {
    if (started != generation) {
      return;
    }
    if (hung) {
      world.queue.after(5_000_000, () -> endSync(started, batch));
      return;
    }
    syncing = false;
    if (failing) {
      fail();
      return;
    }
    sync(batch);
    startSync();
  }

  private void syncAll() {
    sync(pending.size());
  }

  private void sync(int batch) {
    Map<String, Pending> last = new TreeMap<>();
    for (int i = 0; i < batch; i++) {
      Pending done = pending.remove();
      makeDurable(done);
      last.put(done.log().logId, done);
    }
    world.trace("synced", node, batch, () -> batch + " writes " + last.keySet());
    countSync();
    for (Pending done : last.values()) {
      done.log().listener.onDurable(done.write().writeId());
    }
  }

  private void countSync() {
    syncsUntilAlarm--;
    Runnable due = alarm;
    if (syncsUntilAlarm == 0 && due != null) {
      world.queue.after(random.nextLong(500_000), () -> world.watch(due));
    }
  }

  private void makeDurable(Pending done) {
    LogImage image = durable(done.log().logId);
    StoredHardState before = image.decoded();
    image.apply(done.write(), done.items());
    if (image.decoded().votedFor() != null && !image.decoded().equals(before)) {
      world.reachedMilestone(node, false);
    }
  }

  private void fail() {
    failed = true;
    world.trace("disk-fails", node, pending.size(), () -> pending.size() + " writes unsynced");
    Map<String, Pending> first = new TreeMap<>();
    for (Pending lost : pending) {
      first.putIfAbsent(lost.log().logId, lost);
    }
    first.values().forEach(lost -> lost.log().reportFailure(lost.write()));
  }

  // ---- faults

  /** The next sync fails, and everything after it. */
  void failNext(Fault how) {
    failing = true;
    full = how == Fault.DISK_FULL;
  }

  /** Does something shortly after so many syncs. */
  void afterSyncs(int syncs, Runnable action) {
    syncsUntilAlarm = syncs;
    alarm = action;
  }

  /** Does something with every write that is handed over. */
  void onWrite(Runnable action) {
    onWrite = action;
  }

  void hang(boolean hangs) {
    hung = hangs;
  }

  void slowDown(long factor) {
    slowness = factor;
  }

  /** Whether a replica may rightly have stopped for this disk's sake. */
  boolean isDamaged() {
    return corrupted || failed;
  }

  /** Whether what a start always looks at was corrupted and not written again since. */
  boolean mustRefuse() {
    return durable.values().stream().anyMatch(LogImage::mustRefuse);
  }

  boolean isFailed() {
    return failed || failing;
  }

  /**
   * Power is cut. Of what is not durable each write is there, lost or torn, in any combination;
   * whoever opens the disk keeps what is whole up to the first that is not.
   */
  void crash() {
    double keep = random.chance(0.3) ? 1 : random.chance(0.4) ? 0 : random.nextDouble();
    int kept = 0;
    boolean whole = true;
    boolean reordered = false;
    for (int i = 0; i < pending.size(); i++) {
      boolean there = random.chance(keep);
      if (!there && random.chance(0.3)) {
        world.counters.add("fault.disk.tornWrite");
      }
      reordered |= there && !whole;
      whole &= there;
      kept += whole ? 1 : 0;
    }
    if (reordered) {
      world.counters.add("fault.disk.reordered");
    }
    crash(kept);
  }

  /** Power is cut, and of what is not durable so many writes are there, the oldest first. */
  void crash(int kept) {
    int lost = pending.size() - kept;
    world.counters.add("fault.disk.lostUnsynced", lost);
    world.trace("power-cut", node, lost, () -> "kept " + kept + ", lost " + lost);
    List.copyOf(pending).subList(0, kept).forEach(this::makeDurable);
    release();
  }

  /** How many writes are not durable. */
  int unsynced() {
    return pending.size();
  }

  /** The process ends in order: everything that was written is durable, unless the disk failed. */
  void close() {
    if (!isFailed() && !hung) {
      List.copyOf(pending).forEach(this::makeDurable);
      release();
    } else {
      crash();
    }
  }

  private void release() {
    pending.clear();
    generation++;
    syncing = false;
    hung = false;
    slowness = 1;
    failing = false;
    failed = false;
  }

  /** Flips a bit of what is durable; returns false if there is nothing. */
  boolean flipBit(String logId) {
    LogImage image = durable(logId);
    ByteBuffer state = image.hardState();
    if (state == null) {
      return false;
    }
    corrupted = true;
    double what = random.nextDouble();
    ByteBuffer checkpoint = image.checkpoint();
    if (what < 0.15) {
      image.corruptHardState(flipped(state));
    } else if (what < 0.4 && checkpoint != null) {
      image.corruptCheckpoint(flipped(checkpoint));
    } else if (image.lastIndex() > 0) {
      long index = random.between(1, image.lastIndex());
      image.corrupt(index, flipped(image.at(index).entry().bytes()));
    }
    return true;
  }

  /** Flips a bit of a durable entry. */
  void flipBit(String logId, long index) {
    corrupted = true;
    LogImage image = durable(logId);
    image.corrupt(index, flipped(image.at(index).entry().bytes()));
  }

  private ByteBuffer flipped(ByteBuffer bytes) {
    ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    int at = random.nextInt(copy.limit());
    return copy.put(at, (byte) (copy.get(at) ^ (1 << random.nextInt(8))));
  }
}
