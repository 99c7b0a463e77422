package io.raftlog.internal.producer;

import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RunCursor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which (producer, sequence) is in the log. What it holds of those that it knows depends on the
 * entries alone that it was fed with, in order, so all replicas have the same at the same index.
 * Owned by the loop thread.
 *
 * <p>Every replica keeps one of the committed entries, which never rolls back. The leader keeps a
 * second one, a copy to which it adds its own uncommitted entries, and checks appends against that.
 *
 * <p>It is bounded: by a number of producers, of which the one that has not appended for longest is
 * forgotten, and each of which is forgotten when it has not appended for too much log time; and by
 * a number of records whose offset and checksum are remembered, namely those among the log's last
 * {@value #REMEMBERED_RECORDS} and every producer's last one. Of those that it has forgotten it
 * remembers the last ones, since it was made or read from a checkpoint ({@link
 * #mayHaveForgottenSince}).
 */
public final class ProducerTable {
  /**
   * How far back from the end of the log, in records, a duplicate is answered with its offset and
   * its payload is compared. It covers what can be in flight; 5 MiB at most.
   */
  public static final int REMEMBERED_RECORDS = 65_536;

  private final Map<ProducerId, ProducerState> producers = new HashMap<>();
  private LogSettings settings;
  private long logTimeNanos;

  /** The entry that is being taken in, or made. */
  private long entryIndex;

  private final ForgottenProducers forgotten;
  private @Nullable ProducerState leastRecent;
  private @Nullable ProducerState mostRecent;

  /** The producers of all remembered runs in the order of their offsets, for forgetting. */
  private final ArrayDeque<ProducerState> runOrder = new ArrayDeque<>();

  /**
   * An empty table.
   *
   * @param settings what it remembers
   */
  public ProducerTable(LogSettings settings) {
    this(settings, new ForgottenProducers(0));
  }

  private ProducerTable(LogSettings settings, ForgottenProducers forgotten) {
    this.settings = settings;
    this.forgotten = forgotten;
  }

  /**
   * Sets what is remembered; it takes effect with the next entry.
   *
   * @param settings as the log's membership entry says
   */
  public void limitTo(LogSettings settings) {
    this.settings = settings;
  }

  /**
   * Forgets the producers that have been idle for too long when an entry is stamped with a time. To
   * be called for every entry before its runs, and before a leader checks what may become one: the
   * entries alone decide, so an idle log forgets nobody.
   *
   * @param logTime the entry's log time, in nanoseconds; never decreases along the log
   * @param index the entry's
   */
  public void advanceTo(long logTime, long index) {
    logTimeNanos = logTime;
    entryIndex = index;
    while (leastRecent != null
        && logTime - leastRecent.lastUsedNanos >= settings.producerExpiryNanos()) {
      forget(leastRecent);
    }
  }

  /**
   * What to make of an append. Changes nothing.
   *
   * @param producer who appends
   * @param registration under which, 0 for none
   * @param firstSequence the first record's sequence
   * @param payloadCrcs each record's payload checksum
   * @return the answer
   */
  public Check check(
      ProducerId producer, long registration, long firstSequence, int[] payloadCrcs) {
    ProducerState state = producers.get(producer);
    if (state == null) {
      boolean first = firstSequence == 0 && registration == 0;
      return first ? Check.NEXT : Check.UNKNOWN_PRODUCER;
    }
    if (registration != 0 && registration != state.registration) {
      // Of two registrations the later one has the higher index. When the one in force is lower,
      // this one was forgotten with its producer, or this table has not come to it yet.
      return registration < state.registration ? Check.FENCED : Check.UNKNOWN_PRODUCER;
    }
    long last = state.lastSequence;
    if (firstSequence == last + 1) {
      return Check.NEXT;
    }
    if (firstSequence + payloadCrcs.length - 1 > last) {
      return Check.gap(last + 1);
    }
    return duplicate(state, firstSequence, payloadCrcs);
  }

  private static Check duplicate(ProducerState state, long firstSequence, int[] payloadCrcs) {
    RememberedRun first = state.runs.of(firstSequence);
    for (int i = 0; i < payloadCrcs.length; i++) {
      RememberedRun run = state.runs.of(firstSequence + i);
      if (run != null) {
        int at = (int) (firstSequence + i - run.firstSequence());
        if (run.crcs()[at] != payloadCrcs[i]) {
          return new Check(Check.Kind.REUSED, 0, run.firstOffset() + at, 0);
        }
      }
    }
    if (first == null) {
      return new Check(Check.Kind.DUPLICATE, 0, -1, 0);
    }
    long offset = first.firstOffset() + firstSequence - first.firstSequence();
    return new Check(Check.Kind.DUPLICATE, 0, offset, first.timestamp());
  }

  /**
   * What to make of a registration: it comes into force in place of the one that it names, or when
   * none is in force, since that one may have been forgotten. Changes nothing.
   *
   * @param producer who is registered
   * @param replaces the registration that it replaces, 0 for none
   * @param nonce by which it is known
   * @return NEXT, DUPLICATE when it is the producer's registration, with its last record's place
   *     and its next sequence, or FENCED when another one is
   */
  public Check checkRegistration(ProducerId producer, long replaces, long nonce) {
    ProducerState state = producers.get(producer);
    if (state != null && state.nonce == nonce) {
      RememberedRun last = state.runs.newest();
      long offset = last == null ? -1 : last.lastOffset();
      long timestamp = last == null ? 0 : last.timestamp();
      return new Check(Check.Kind.DUPLICATE, state.lastSequence + 1, offset, timestamp);
    }
    return mayReplace(state, replaces) ? Check.NEXT : Check.FENCED;
  }

  private static boolean mayReplace(@Nullable ProducerState inForce, long replaces) {
    return inForce == null || inForce.registration == 0 || inForce.registration == replaces;
  }

  /**
   * The registration of a producer in force.
   *
   * @param producer the producer
   * @return the index of the entry that holds it, 0 when there is none
   */
  public long registration(ProducerId producer) {
    ProducerState state = producers.get(producer);
    return state == null ? 0 : state.registration;
  }

  /**
   * Takes in a registration.
   *
   * @param producer who is registered
   * @param replaces the registration that it replaces, 0 for none
   * @param nonce by which it is known
   * @param index the entry's
   * @throws IllegalStateException when another registration is in force
   */
  public void register(ProducerId producer, long replaces, long nonce, long index) {
    ProducerState known = producers.get(producer);
    if (!mayReplace(known, replaces)) {
      throw new IllegalStateException(
          "the log holds a registration of producer "
              + producer
              + " that replaces "
              + replaces
              + " instead of "
              + registration(producer)
              + ", in entry "
              + index);
    }
    ProducerState state = known == null ? added(producer) : known;
    use(state);
    state.registration = index;
    state.nonce = nonce;
  }

  /**
   * Whether a producer is known.
   *
   * @param producer the producer
   * @return whether it is in the table
   */
  public boolean knows(ProducerId producer) {
    return producers.containsKey(producer);
  }

  /**
   * Whether a producer may have been forgotten with an entry after an index: then whoever has come
   * no further cannot say what it had appended before. It may be known again since.
   *
   * <p>For leaders only: the answer depends also on when this replica was started.
   *
   * @param producer the producer
   * @param index an entry's
   * @return false if it was not; true if it was, or if too many others were since
   */
  public boolean mayHaveForgottenSince(ProducerId producer, long index) {
    return forgotten.mayHaveSince(producer, index);
  }

  /**
   * Whether a producer was forgotten with an entry of an index or a later one.
   *
   * @param index an entry's
   * @return whether there is one
   */
  public boolean hasForgottenFrom(long index) {
    return forgotten.hasFrom(index);
  }

  /**
   * The last sequence of a producer.
   *
   * @param producer the producer
   * @return its last sequence in the log, -1 if the producer is not known
   */
  public long lastSequence(ProducerId producer) {
    ProducerState state = producers.get(producer);
    return state == null ? -1 : state.lastSequence;
  }

  /**
   * Takes in a run. It must be its producer's next: the log never holds a duplicate or a gap.
   *
   * @param run the run
   * @param firstOffset its first record's offset
   * @param timestamp its entry's
   * @throws IllegalStateException when the log holds a duplicate or a gap
   */
  public void apply(RunCursor run, long firstOffset, long timestamp) {
    apply(run.producer(), run.firstSequence(), run.crcs(), firstOffset, timestamp);
  }

  /**
   * Takes in consecutive records of a producer; see {@link #apply(RunCursor, long, long)}.
   *
   * @param producer the producer
   * @param firstSequence the first record's sequence
   * @param payloadCrcs one checksum a record; kept
   * @param firstOffset the first record's offset
   * @param timestamp the entry's
   * @throws IllegalStateException when the log holds a duplicate or a gap
   */
  public void apply(
      ProducerId producer,
      long firstSequence,
      int[] payloadCrcs,
      long firstOffset,
      long timestamp) {
    ProducerState known = producers.get(producer);
    long last = known == null ? -1 : known.lastSequence;
    if (firstSequence != last + 1) {
      throw new IllegalStateException(
          "the log holds a duplicate or a gap: producer "
              + producer
              + " has sequence "
              + firstSequence
              + " after "
              + last
              + " at offset "
              + firstOffset);
    }
    ProducerState state = known == null ? added(producer) : known;
    use(state);
    RememberedRun run = new RememberedRun(firstSequence, firstOffset, timestamp, payloadCrcs);
    if (state.orderedRuns == 0) {
      state.runs.clear();
    }
    state.lastSequence = run.lastSequence();
    state.runs.add(run);
    state.orderedRuns++;
    runOrder.add(state);
    forgetBefore(run.lastOffset() + 1 - REMEMBERED_RECORDS);
  }

  private void forgetBefore(long offset) {
    while (!runOrder.isEmpty()) {
      ProducerState state = runOrder.getFirst();
      if (!state.evicted) {
        RememberedRun oldest = state.runs.oldest();
        if (oldest.lastOffset() >= offset) {
          return;
        }
        state.runs.removeOldest();
        state.orderedRuns--;
        if (state.runs.isEmpty()) {
          state.runs.add(oldest.lastRecordOnly());
        }
      }
      runOrder.removeFirst();
    }
  }

  /** A new producer, for which the one that has not appended for longest may be forgotten. */
  private ProducerState added(ProducerId producer) {
    while (producers.size() >= settings.maxProducers() && leastRecent != null) {
      forget(leastRecent);
    }
    ProducerState state = new ProducerState(producer);
    producers.put(producer, state);
    linkMostRecent(state);
    return state;
  }

  /** It is the one now that was used last. */
  private void use(ProducerState state) {
    unlink(state);
    linkMostRecent(state);
    state.lastUsedNanos = logTimeNanos;
  }

  private void forget(ProducerState state) {
    state.evicted = true;
    forgotten.add(state.id, entryIndex);
    unlink(state);
    producers.remove(state.id);
  }

  private void linkMostRecent(ProducerState state) {
    state.lessRecent = mostRecent;
    state.moreRecent = null;
    if (mostRecent == null) {
      leastRecent = state;
    } else {
      mostRecent.moreRecent = state;
    }
    mostRecent = state;
  }

  private void unlink(ProducerState state) {
    if (state.lessRecent == null) {
      leastRecent = state.moreRecent;
    } else {
      state.lessRecent.moreRecent = state.moreRecent;
    }
    if (state.moreRecent == null) {
      mostRecent = state.lessRecent;
    } else {
      state.moreRecent.lessRecent = state.lessRecent;
    }
  }

  /**
   * A table that is equal now and independent from here on.
   *
   * @return the copy
   */
  public ProducerTable copy() {
    List<ProducerState> copies = new ArrayList<>(producers.size());
    for (ProducerState state : byLastUse()) {
      copies.add(state.copy());
    }
    return of(settings, logTimeNanos, copies, forgotten.copy());
  }

  /** A table of these producers, which are given in the order of their last use. */
  static ProducerTable of(
      LogSettings settings,
      long logTime,
      List<ProducerState> byLastUse,
      ForgottenProducers forgotten) {
    record Ordered(long offset, ProducerState state) {}
    ProducerTable table = new ProducerTable(settings, forgotten);
    table.logTimeNanos = logTime;
    List<Ordered> order = new ArrayList<>();
    for (ProducerState state : byLastUse) {
      table.producers.put(state.id, state);
      table.linkMostRecent(state);
      int unordered = state.runs.size() - state.orderedRuns;
      for (RememberedRun run : state.runs) {
        if (unordered-- <= 0) {
          order.add(new Ordered(run.firstOffset(), state));
        }
      }
    }
    order.sort(Comparator.comparingLong(Ordered::offset));
    order.forEach(ordered -> table.runOrder.add(ordered.state()));
    return table;
  }

  /** The producers, the one first that would be forgotten first. */
  List<ProducerState> byLastUse() {
    List<ProducerState> states = new ArrayList<>(producers.size());
    for (ProducerState state = leastRecent; state != null; state = state.moreRecent) {
      states.add(state);
    }
    return states;
  }

  LogSettings settings() {
    return settings;
  }

  long logTimeNanos() {
    return logTimeNanos;
  }

  /**
   * How many producers are known.
   *
   * @return the count
   */
  public int size() {
    return producers.size();
  }
}
