package io.raftlog.internal.producer;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The runs of one producer that are remembered, oldest first: a queue that is searched by sequence.
 * Owned by its table.
 *
 * <p>Each run's sequences are higher than those of the one before it. Where several producers
 * append at the same time, their runs are short, and one may have tens of thousands of them.
 */
final class RememberedRuns implements Iterable<RememberedRun> {
  private static final int FIRST_CAPACITY = 4;

  /** A ring; its length is a power of two. */
  private @Nullable RememberedRun[] ring = new RememberedRun[FIRST_CAPACITY];

  private int first;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(RememberedRun run) {
    if (size == ring.length) {
      @Nullable RememberedRun[] larger = new RememberedRun[size * 2];
      for (int i = 0; i < size; i++) {
        larger[i] = get(i);
      }
      ring = larger;
      first = 0;
    }
    ring[at(size)] = run;
    size++;
  }

  void addAll(RememberedRuns others) {
    others.forEach(this::add);
  }

  void clear() {
    while (size > 0) {
      removeOldest();
    }
  }

  RememberedRun oldest() {
    return get(0);
  }

  @Nullable RememberedRun newest() {
    return size == 0 ? null : get(size - 1);
  }

  void removeOldest() {
    if (size == 0) {
      throw new NoSuchElementException("no run is remembered");
    }
    ring[first] = null;
    first = at(1);
    size--;
  }

  /** The run that holds a sequence, or null when none does. */
  @Nullable RememberedRun of(long sequence) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      RememberedRun run = get(middle);
      if (sequence < run.firstSequence()) {
        high = middle - 1;
      } else if (sequence > run.lastSequence()) {
        low = middle + 1;
      } else {
        return run;
      }
    }
    return null;
  }

  private RememberedRun get(int i) {
    return Objects.requireNonNull(ring[at(i)]);
  }

  private int at(int i) {
    return (first + i) & (ring.length - 1);
  }

  @Override
  public Iterator<RememberedRun> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < size;
      }

      @Override
      public RememberedRun next() {
        if (next >= size) {
          throw new NoSuchElementException();
        }
        return get(next++);
      }
    };
  }
}
