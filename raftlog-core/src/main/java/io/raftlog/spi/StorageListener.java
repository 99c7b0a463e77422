package io.raftlog.spi;

/**
 * Is told what became of a log's writes. Implemented by raftlog; every method may be called from
 * any thread, by several at once, from within {@link LogStorage#write}, and with locks held, since
 * it calls nothing of the storage. It returns quickly and never throws.
 */
public interface StorageListener {
  /**
   * Every write up to this one is durable, and what it stored is found by whoever reads.
   *
   * <p>Calls may repeat each other, and one with a lower id may come later: it changes nothing. An
   * id above the last one that was handed over stops the replica.
   *
   * @param writeId the last durable write's id
   */
  void onDurable(long writeId);

  /**
   * A write failed, and with it every later one, each of which is reported too. Final: the replica
   * stops. What was durable before is reported before, or not at all.
   *
   * @param writeId the failed write's id
   * @param cause why; its message is what an operator sees
   */
  void onFailure(long writeId, Throwable cause);
}
