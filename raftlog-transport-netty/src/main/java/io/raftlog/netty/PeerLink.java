package io.raftlog.netty;

import io.netty.channel.Channel;
import io.raftlog.NodeId;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The introduced connections with one other member: the one that it dialed, and the one that this
 * node dialed. Any thread may call it.
 *
 * <p>The member counts as lost when the last of its connections broke. A process that dies takes
 * both with it, so it is reported once; a single connection that breaks comes back by itself.
 */
// Netty's futures: what fails closes the connection, and that is where it is dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class PeerLink {
  private final NodeId peer;
  private final Delivery delivery;
  private final NodeLogger log;
  private final AtomicInteger open = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Inbound inbound;

  /** What is done when the member has dialed this node. */
  private volatile Runnable dialedIn = () -> {};

  /**
   * A connection that the member dialed.
   *
   * @param incarnation the member's incarnation
   * @param session the member's session
   * @param channel the connection
   * @param liveness what watches it
   */
  record Inbound(UUID incarnation, UUID session, Channel channel, Liveness liveness) {
    /** Whether another process of the same incarnation is still connected here. */
    boolean isRivalOf(Inbound newer) {
      return channel.isActive()
          && incarnation.equals(newer.incarnation)
          && !session.equals(newer.session);
    }
  }

  PeerLink(NodeId peer, Delivery delivery, NodeLogger log) {
    this.peer = peer;
    this.delivery = delivery;
    this.log = log;
  }

  /** The other member. */
  NodeId peer() {
    return peer;
  }

  /** Sets what is done, on any thread, whenever the member has dialed this node. */
  void whenDialedIn(Runnable action) {
    dialedIn = action;
  }

  /**
   * Makes a connection that introduced itself the member's inbound one, in place of an older one.
   *
   * <p>Returns false when another process of the same incarnation holds the place: a copied data
   * directory, or the same one under two hosts. That one may also be dead without having been able
   * to say so, in which case its successor must not be locked out. So it is asked for a sign of
   * life: a host that is back without the process answers with a reset, which frees the place at
   * once, and a host that is gone answers nothing, which frees it after the silence limit. A
   * process that reconnects has the session of its older connection and takes its place at once;
   * another incarnation is another node, whose right the cluster decides on, not the transport.
   */
  boolean tryClaim(Inbound newer) {
    Inbound older;
    lock.lock();
    try {
      older = inbound;
      if (older != null && older.isRivalOf(newer)) {
        older.liveness().probe();
        return false;
      }
      inbound = newer;
    } finally {
      lock.unlock();
    }
    newer.channel().closeFuture().addListener(closed -> unclaim(newer));
    opened(newer.channel());
    if (older != null) {
      warnIfOther(older, newer);
      older.channel().close();
    }
    dialedIn.run();
    return true;
  }

  /** Each would displace the other again and again, and nobody would know why all is slow. */
  private void warnIfOther(Inbound older, Inbound newer) {
    if (older.channel().isActive() && !older.incarnation().equals(newer.incarnation())) {
      log.limitedWarn(
          "other incarnation|" + peer,
          () ->
              "peer="
                  + peer
                  + " is connected from "
                  + older.channel().remoteAddress()
                  + " as incarnation "
                  + older.incarnation()
                  + ", and now from "
                  + newer.channel().remoteAddress()
                  + " as "
                  + newer.incarnation()
                  + "; if both processes run, two have this node id: stop one of them");
    }
  }

  private void unclaim(Inbound gone) {
    lock.lock();
    try {
      if (gone.equals(inbound)) {
        inbound = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Counts an introduced connection until it is closed. */
  void opened(Channel channel) {
    if (open.getAndIncrement() == 0) {
      log.peerChange(peer, "connected");
    }
    channel.closeFuture().addListener(closed -> closed());
  }

  private void closed() {
    if (open.decrementAndGet() == 0 && !delivery.isStopped()) {
      log.peerChange(peer, "disconnected");
      delivery.disconnected(peer);
    }
  }
}
