package io.raftlog.internal.node;

/**
 * A thread of a node that others wait for: the loop, and those on which futures complete. Whoever
 * waits for a future on one may wait for itself.
 */
public final class NonBlockingThread extends Thread {
  /**
   * Makes a daemon.
   *
   * @param task what it does
   * @param name begins with that of the node
   */
  NonBlockingThread(Runnable task, String name) {
    super(task, name);
    setDaemon(true);
  }
}
