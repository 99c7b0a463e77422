package io.raftlog.internal.subscription;

/** Where subscribers are called. Any thread. */
public interface DeliveryThreads {
  /**
   * Runs something that may block, or that takes long, on a thread of its own. When there are no
   * threads any more since the node is closed, it runs at once, on the calling thread.
   *
   * @param task never throws
   */
  void execute(Runnable task);

  /**
   * Runs something short.
   *
   * @param task never blocks
   * @param delayNanos how much later
   */
  void executeLater(Runnable task, long delayNanos);

  /**
   * Whether tasks wait for a thread, so that one that has run for long should let others in.
   *
   * @return whether all threads are busy
   */
  boolean areShort();
}
