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
  private static final int LEAST_CAPACITY = 4;

  /** A ring of which less than an eighth is used is made smaller. */
  private static final int USED_AT_LEAST = 8;

  /** A ring; its length is a power of two. */
  private @Nullable RememberedRun[] ring = new RememberedRun[LEAST_CAPACITY];

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
      resize(2 * size);
    }
    ring[at(size)] = run;
    size++;
  }

  private void resize(int capacity) {
    @Nullable RememberedRun[] resized = new RememberedRun[capacity];
    for (int i = 0; i < size; i++) {
      resized[i] = get(i);
    }
    ring = resized;
    first = 0;
  }

  /** How many there is room for, for tests. */
  int capacity() {
    return ring.length;
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
    if (ring.length > LEAST_CAPACITY && size < ring.length / USED_AT_LEAST) {
      resize(ring.length / 2);
    }
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
