package io.raftlog.netty;

import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The accepted connections that have not introduced themselves yet, of which there is a limited
 * number. Any thread may call it.
 *
 * <p>When it is full, the one that has waited longest goes, not the new one: a member introduces
 * itself within a round trip, so whoever waits long is no member, and cannot keep members out.
 */
// Netty's futures: what fails closes the connection, and that is where it is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class Lobby {
  /**
   * 64: far more than members that reconnect at once, and 64 small buffers at most. With TLS each
   * may have sent the most of one record, which are 64 KiB, and has a TLS engine.
   */
  static final int CAPACITY = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Channel> waiting = new LinkedHashSet<>();
  private final NodeLogger log;

  Lobby(NodeLogger log) {
    this.log = log;
  }

  void enter(Channel channel) {
    Channel evicted = add(channel);
    if (evicted != null) {
      log.limitedWarn(
          "lobby",
          () ->
              "too many connections without a handshake limit="
                  + CAPACITY
                  + " closing remote="
                  + evicted.remoteAddress());
      evicted.close();
    }
    channel.closeFuture().addListener(closed -> leave(channel));
  }

  private @Nullable Channel add(Channel channel) {
    lock.lock();
    try {
      Channel eldest = null;
      if (waiting.size() >= CAPACITY) {
        Iterator<Channel> inOrder = waiting.iterator();
        eldest = inOrder.next();
        inOrder.remove();
      }
      waiting.add(channel);
      return eldest;
    } finally {
      lock.unlock();
    }
  }

  /** The connection introduced itself, or is closed. */
  void leave(Channel channel) {
    lock.lock();
    try {
      waiting.remove(channel);
    } finally {
      lock.unlock();
    }
  }
}
