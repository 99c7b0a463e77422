package io.raftlog.spi;

/**
 * Is told what became of a log's writes. Implemented by raftlog; every method may be called from
 * any thread (also from within {@link LogStorage#write}), returns quickly and never throws.
 */
public interface StorageListener {
  /**
   * Every write up to this one is durable.
   *
   * @param writeId the last durable write's id
   */
  void onDurable(long writeId);

  /**
   * A write failed, and with it every later one, each of which is reported too. Final: the replica
   * stops.
   *
   * @param writeId the failed write's id
   * @param cause why
   */
  void onFailure(long writeId, Throwable cause);
}
