package io.raftlog.internal.position;

import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.SubscriptionId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How far each durable subscription has come, and who owns it. What it holds depends on the entries
 * alone that it was fed with, in order, so all replicas have the same table at the same index.
 * Changed by the loop thread only; any thread may look up.
 *
 * <p>Unlike a producer, a subscription is never forgotten by itself: it may be that nobody reads
 * for a month and then goes on. So the number of them is bounded by refusing new ones.
 */
public final class PositionTable {
  /** Most durable subscriptions of a log. */
  public static final int MAX_SUBSCRIPTIONS = 1_000;

  /** What the table says of a run that is to change it. */
  public enum Answer {
    /** It has not happened, and may. */
    NEXT,
    /** It has happened, or what it is for has. */
    DONE,
    /** Another owner has come, or the subscription is gone: it will never happen. */
    FENCED,
    /** There is no room for one more subscription. */
    FULL
  }

  private final Map<SubscriptionId, Subscribed> subscriptions;

  /** An empty table. */
  public PositionTable() {
    this(Map.of());
  }

  PositionTable(Map<SubscriptionId, Subscribed> subscriptions) {
    this.subscriptions = new ConcurrentHashMap<>(subscriptions);
  }

  /**
   * A table that is equal now and independent from here on.
   *
   * @return the copy
   */
  public PositionTable copy() {
    return new PositionTable(subscriptions);
  }

  /**
   * What the log says of a subscription.
   *
   * @param subscription which
   * @return null when there is none
   */
  public @Nullable Subscribed get(SubscriptionId subscription) {
    return subscriptions.get(subscription);
  }

  /**
   * All subscriptions.
   *
   * @return their ids, by name
   */
  public List<SubscriptionId> ids() {
    return subscriptions.keySet().stream()
        .sorted(Comparator.comparing(SubscriptionId::toString))
        .toList();
  }

  /**
   * Whether there is no room for one more subscription.
   *
   * @return true if new ones are refused
   */
  public boolean isFull() {
    return subscriptions.size() >= MAX_SUBSCRIPTIONS;
  }

  /**
   * What to make of a run. Changes nothing.
   *
   * @param run the run
   * @return the answer
   */
  public Answer check(ControlRun.OfSubscription run) {
    Subscribed known = subscriptions.get(run.subscription());
    if (run instanceof ControlRun.Claim claim) {
      return checkClaim(claim, known);
    }
    if (run instanceof ControlRun.Position moved) {
      if (known == null || known.generation() != moved.generation()) {
        return Answer.FENCED;
      }
      return moved.position() <= known.position() ? Answer.DONE : Answer.NEXT;
    }
    if (known == null) {
      return Answer.DONE;
    }
    boolean owned = known.generation() == ((ControlRun.Removal) run).generation();
    return owned ? Answer.NEXT : Answer.FENCED;
  }

  private Answer checkClaim(ControlRun.Claim claim, @Nullable Subscribed known) {
    if (known == null && claim.replaces() != 0) {
      // Removed meanwhile. A new one begins where its owner says, and this claim does not know
      // where.
      return Answer.FENCED;
    }
    if (known == null) {
      return isFull() ? Answer.FULL : Answer.NEXT;
    }
    if (known.nonce() == claim.nonce()) {
      return Answer.DONE;
    }
    return known.generation() == claim.replaces() ? Answer.NEXT : Answer.FENCED;
  }

  /**
   * Takes in a run.
   *
   * @param run the run
   * @param index the entry's
   * @throws IllegalStateException when the table does not call it next
   */
  public void apply(ControlRun.OfSubscription run, long index) {
    Answer answer = check(run);
    if (answer != Answer.NEXT) {
      throw new IllegalStateException(
          "entry "
              + index
              + " holds "
              + run
              + ", which is "
              + answer
              + ": "
              + get(run.subscription()));
    }
    SubscriptionId id = run.subscription();
    Subscribed known = subscriptions.get(id);
    if (run instanceof ControlRun.Claim claim) {
      long position = known == null ? claim.position() : known.position();
      subscriptions.put(id, new Subscribed(index, claim.nonce(), position));
    } else if (run instanceof ControlRun.Position moved && known != null) {
      subscriptions.put(id, new Subscribed(known.generation(), known.nonce(), moved.position()));
    } else {
      subscriptions.remove(id);
    }
  }
}
