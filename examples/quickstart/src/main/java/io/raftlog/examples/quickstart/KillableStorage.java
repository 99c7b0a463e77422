package io.raftlog.examples.quickstart;

import io.raftlog.NodeId;
import io.raftlog.spi.LogStorage;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.StorageListener;
import io.raftlog.spi.StorageWrite;
import io.raftlog.spi.StoredState;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/** A storage that writes nothing any more, and reports nothing, once its switch is flipped. */
final class KillableStorage implements NodeStorage {
  private final NodeStorage storage;
  private final KillSwitch killSwitch;

  KillableStorage(NodeStorage storage, KillSwitch killSwitch) {
    this.storage = storage;
    this.killSwitch = killSwitch;
  }

  @Override
  public UUID open(String clusterId, NodeId nodeId) {
    return storage.open(clusterId, nodeId);
  }

  @Override
  public LogStorage openLog(String logId, StorageListener listener) {
    LogStorage log = storage.openLog(logId, new KillableListener(listener, killSwitch));
    return new KillableLog(log, killSwitch);
  }

  @Override
  public void close() {
    storage.close();
  }

  private record KillableLog(LogStorage log, KillSwitch killSwitch) implements LogStorage {
    @Override
    public StoredState storedState() {
      return log.storedState();
    }

    @Override
    public void write(StorageWrite write) {
      if (!killSwitch.isFlipped()) {
        log.write(write);
      }
    }

    @Override
    public List<ByteBuffer> read(long fromIndex, int maxBytes) {
      return log.read(fromIndex, maxBytes);
    }

    @Override
    public long indexOf(long offset) {
      return log.indexOf(offset);
    }
  }

  private record KillableListener(StorageListener listener, KillSwitch killSwitch)
      implements StorageListener {
    @Override
    public void onDurable(long writeId) {
      if (!killSwitch.isFlipped()) {
        listener.onDurable(writeId);
      }
    }

    @Override
    public void onFailure(long writeId, Throwable cause) {
      if (!killSwitch.isFlipped()) {
        listener.onFailure(writeId, cause);
      }
    }
  }
}
