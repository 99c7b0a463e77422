package io.raftlog.rocksdb;

import java.util.concurrent.CompletableFuture;
import org.rocksdb.RocksDBException;

/** A metadata value on its way through the writer thread, for whoever waits for it. Immutable. */
final class MetadataWrite implements Task {
  private final Database database;
  private final byte[] key;
  private final byte[] value;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  MetadataWrite(Database database, byte[] key, byte[] value) {
    this.database = database;
    this.key = key;
    this.value = value;
  }

  /** Completes when the value is durable. */
  CompletableFuture<Void> done() {
    return done;
  }

  @Override
  public Object owner() {
    return this;
  }

  @Override
  public long bytes() {
    return (long) key.length + value.length;
  }

  @Override
  public boolean readsBeforeItWrites() {
    return false;
  }

  @Override
  public void addTo(Batch batch) throws RocksDBException {
    batch.put(database.metadata(), key, value);
  }

  @Override
  public void durable() {
    done.complete(null);
  }

  @Override
  public void failed(Throwable cause) {
    done.completeExceptionally(cause);
  }
}
