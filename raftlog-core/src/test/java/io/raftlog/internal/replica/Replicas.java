package io.raftlog.internal.replica;

import io.raftlog.internal.replica.Replica.ReplicaJournal;
import io.raftlog.internal.wire.WireCodec;
import io.raftlog.memory.MemoryStorage;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.StorageListener;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Replicas by themselves, which the test's thread drives. */
final class Replicas {
  private Replicas() {}

  /** A new one that can reach nobody, with memory storage, started at time 0. */
  static Replica lonely(ReplicaConfig config, SplittableRandom random) {
    MemoryStorage storage = new MemoryStorage();
    storage.open("cluster", config.core().self());
    return lonely(config, random, listener -> storage.openLog(config.logId(), listener));
  }

  /** One that can reach nobody, and has what its storage has. */
  static Replica lonely(
      ReplicaConfig config,
      SplittableRandom random,
      Function<StorageListener, LogStorage> openedStorage) {
    return lonely(config, random, openedStorage, Callbacks.onOneThread(Runnable::run));
  }

  /** The same, with futures that complete elsewhere. */
  static Replica lonely(
      ReplicaConfig config,
      SplittableRandom random,
      Function<StorageListener, LogStorage> openedStorage,
      Callbacks callbacks) {
    ReplicaJournal journal = new ReplicaJournal(() -> {});
    LogStorage log = openedStorage.apply(journal.listener());
    ReplicaPorts ports =
        new ReplicaPorts(
            (to, frame) -> {}, log, callbacks, Runnable::run, () -> 1, random, () -> {});
    return new Replica(config, new WireCodec(), ports, journal, 0);
  }
}
