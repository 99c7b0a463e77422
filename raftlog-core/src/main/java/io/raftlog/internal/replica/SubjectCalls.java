package io.raftlog.internal.replica;

import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.Subject;
import io.raftlog.internal.replica.PendingAppend.Control;
import io.raftlog.internal.replica.PendingAppend.Records;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The pending calls about one subject, in their order, and which of them the log does not have yet.
 * Owned by the loop thread.
 *
 * <p>A producer's records come into the log in the order of their sequences, whatever the order of
 * the calls. So only those are looked up that the log has come to, however many wait: the log is
 * looked at after each run of an entry, and where several producers append at the same time there
 * are as many runs as calls.
 */
final class SubjectCalls implements Iterable<PendingAppend> {
  /** Most subjects have one call at a time. */
  private static final int FEW = 1;

  private final Subject subject;
  private final Tables committed;
  private final ArrayDeque<PendingAppend> calls = new ArrayDeque<>(FEW);

  /** Records that were called in the order of their sequences; those that are over leave later. */
  private final ArrayDeque<Records> missing = new ArrayDeque<>(FEW);

  /** The other records. */
  private final PriorityQueue<Records> missingOutOfOrder =
      new PriorityQueue<>(FEW, Comparator.comparingLong(Records::lastSequence));

  private final List<Control> missingControls = new ArrayList<>();

  /** The registration in force when they were looked up. */
  private long registration;

  SubjectCalls(Subject subject, Tables committed) {
    this.subject = subject;
    this.committed = committed;
    this.registration = registrationInForce();
  }

  void add(PendingAppend call) {
    calls.add(call);
    addMissing(call);
    if (call instanceof Records records && !records.isOf(registration)) {
      var unused = isFound(records); // it is fenced, whatever its sequence
    }
  }

  private void addMissing(PendingAppend call) {
    if (call instanceof Control control) {
      missingControls.add(control);
    } else if (call instanceof Records records) {
      Records before = missing.peekLast();
      boolean inOrder = before == null || before.lastSequence() < records.lastSequence();
      (inOrder ? missing : missingOutOfOrder).add(records);
    }
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  @Nullable PendingAppend first() {
    return calls.peek();
  }

  @Override
  public Iterator<PendingAppend> iterator() {
    return calls.iterator();
  }

  Iterator<PendingAppend> newestFirst() {
    return calls.descendingIterator();
  }

  void remove(PendingAppend call) {
    calls.remove(call);
    if (call instanceof Control control) {
      missingControls.remove(control);
    }
  }

  /**
   * Keeps where the records are, of every append that is in the log by now: before the leader's
   * answer comes the producer may be evicted, and then it would be appended again, or be registered
   * anew, and then it would count as fenced.
   */
  void find() {
    missingControls.removeIf(this::isFound);
    long inForce = registrationInForce();
    if (registration != inForce) {
      registration = inForce;
      findAmongAll();
    } else if (subject instanceof ProducerId producer) {
      long last = committed.producers().lastSequence(producer);
      findUpTo(last, missing);
      findUpTo(last, missingOutOfOrder);
    }
  }

  private long registrationInForce() {
    return subject instanceof ProducerId producer
        ? committed.producers().registration(producer)
        : 0;
  }

  /** What matters is no more the sequence alone. */
  private void findAmongAll() {
    missing.clear();
    missingOutOfOrder.clear();
    for (PendingAppend call : calls) {
      if (call instanceof Records && !isFound(call)) {
        addMissing(call);
      }
    }
  }

  /** One that is not found then is of another registration, and is looked up when that comes. */
  private void findUpTo(long lastSequence, Queue<Records> records) {
    Records next = records.peek();
    while (next != null && (next.removed || next.lastSequence() <= lastSequence)) {
      records.remove();
      var unused = next.removed || isFound(next);
      next = records.peek();
    }
  }

  private boolean isFound(PendingAppend call) {
    if (!call.found) {
      call.lookUp(committed);
    }
    return call.found;
  }
}
