package io.raftlog.netty;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Resolves host names with the JDK's resolver, on threads of its own. Any thread may call it.
 *
 * <p>Netty's default resolver asks the JDK on the event loop: a name service that takes seconds to
 * answer for one dead peer would then hold up the traffic with all others. There is a thread per
 * peer at most, only while names are being resolved, and none at all when addresses are IP
 * literals. What the JDK remembers (successes for 30 s, failures for 10 s by default) is not asked
 * again.
 */
final class HostResolver implements AutoCloseable {
  /** How long an idle thread stays, in seconds: a little longer than the longest backoff. */
  private static final long THREAD_IDLE_SECONDS = 5;

  /**
   * How long {@link #close} waits for lookups in the operating system, which cannot be interrupted,
   * in milliseconds. A daemon thread that takes longer ends with its lookup and calls nobody.
   */
  private static final long CLOSE_MILLIS = 500;

  private final ThreadPoolExecutor threads;

  HostResolver(ThreadFactory threadFactory, int maxThreads) {
    threads =
        new ThreadPoolExecutor(
            Math.max(1, maxThreads),
            Math.max(1, maxThreads),
            THREAD_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            threadFactory);
    threads.allowCoreThreadTimeOut(true);
  }

  /** Makes daemon threads whose names begin so. */
  static ThreadFactory daemons(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + count.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * All of a host's IP addresses, in the JDK's order; fails with an UnknownHostException. Throws
   * when the lookup cannot even begin: an IPv6 literal of an interface that does not exist, a
   * thread that cannot be started, a resolver that is closed.
   */
  CompletableFuture<List<InetAddress>> resolve(Address address) {
    return address.isLiteral()
        ? CompletableFuture.completedFuture(lookUp(address.host()))
        : CompletableFuture.supplyAsync(() -> lookUp(address.host()), threads);
  }

  private static List<InetAddress> lookUp(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      throw new CompletionException(e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      threads.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
