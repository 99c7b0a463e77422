package io.raftlog.netty;

import io.raftlog.NodeId;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's log lines. Each begins with the node; those that a peer can cause are limited to one per
 * interval and key, with the number of lines left out since. Any thread may call it.
 */
final class NodeLogger {
  /** Trouble gets one line per key in this time: 1 minute shows that it lasts, without a flood. */
  static final Duration INTERVAL = Duration.ofMinutes(1);

  /**
   * How many keys are remembered: 256. When as many different ones caused trouble within one
   * interval (somebody scans from many addresses), further ones are not logged until one is over.
   */
  static final int MAX_KEYS = 256;

  /** Connections that come and go get more lines per peer and interval: 10, to tell a story by. */
  private static final int CHANGES = 10;

  private static final Logger LOGGER = LoggerFactory.getLogger(NettyTransport.class);

  private final NodeId node;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Window> windows = new LinkedHashMap<>();

  private static final class Window {
    final long startNanos;
    int lines;
    long suppressed;

    Window(long startNanos) {
      this.startNanos = startNanos;
      lines = 1;
    }
  }

  NodeLogger(NodeId node, LongSupplier nanoClock) {
    this.node = node;
    this.nanoClock = nanoClock;
  }

  void info(String text) {
    LOGGER.info("node={} {}", node, text);
  }

  void debug(Supplier<String> text) {
    if (LOGGER.isDebugEnabled()) {
      LOGGER.debug("node={} {}", node, text.get());
    }
  }

  /** One line at INFO for a peer that came or went, unless it did so ten times lately. */
  void peerChange(NodeId peer, String what) {
    String suffix = tryAcquire("peer|" + peer, CHANGES);
    if (suffix != null) {
      LOGGER.info("node={} peer={} {}{}", node, peer, what, suffix);
    }
  }

  /** One line at WARN, unless the key had one within the last interval. */
  void limitedWarn(String key, Supplier<String> text) {
    String suffix = tryAcquire(key, 1);
    if (suffix != null) {
      LOGGER.warn("node={} {}{}", node, text.get(), suffix);
    }
  }

  /** One line with a stack trace at ERROR, unless the key had one within the last interval. */
  void limitedError(String key, Supplier<String> text, Throwable cause) {
    String suffix = tryAcquire(key, 1);
    if (suffix != null) {
      LOGGER.error("node={} {}{}", node, text.get(), suffix, cause);
    }
  }

  /** What to append to the line, or null when there shall be none. */
  private @Nullable String tryAcquire(String key, int maxLines) {
    long now = nanoClock.getAsLong();
    lock.lock();
    try {
      Window window = windows.get(key);
      if (window != null && now - window.startNanos < INTERVAL.toNanos()) {
        if (window.lines < maxLines) {
          window.lines++;
          return "";
        }
        window.suppressed++;
        return null;
      }
      if (window == null && windows.size() >= MAX_KEYS && !removeEldest(now)) {
        return null;
      }
      // Removed first, so that the map stays in the order of the windows' starts.
      windows.remove(key);
      windows.put(key, new Window(now));
      return window == null || window.suppressed == 0 ? "" : " suppressed=" + window.suppressed;
    } finally {
      lock.unlock();
    }
  }

  private boolean removeEldest(long now) {
    Iterator<Window> eldest = windows.values().iterator();
    if (now - eldest.next().startNanos < INTERVAL.toNanos()) {
      return false;
    }
    eldest.remove();
    return true;
  }

  /** The remote end without its port, which changes at each attempt: what to limit lines by. */
  static String hostOf(@Nullable SocketAddress remote) {
    if (remote instanceof InetSocketAddress inet && inet.getAddress() != null) {
      return inet.getAddress().getHostAddress();
    }
    return String.valueOf(remote);
  }

  /** Text from a peer, quoted, shortened, and without characters that would forge a log line. */
  static String quoted(String foreign) {
    return '"' + printable(foreign, 100) + '"';
  }

  /** The same without quotes, with so many characters at most. */
  static String printable(String foreign, int maxChars) {
    StringBuilder out = new StringBuilder();
    foreign
        .codePoints()
        .limit(maxChars)
        .map(c -> Character.isISOControl(c) || !Character.isDefined(c) ? '?' : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
