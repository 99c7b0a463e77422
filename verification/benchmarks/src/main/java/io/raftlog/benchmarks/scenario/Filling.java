package io.raftlog.benchmarks.scenario;

import io.raftlog.benchmarks.contender.AppendTarget;
import io.raftlog.benchmarks.contender.Payloads;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** Appends so many records and returns when all were acknowledged. */
final class Filling {
  private static final int IN_FLIGHT = 1_024;

  private Filling() {}

  static void fill(AppendTarget target, Payloads payloads, long records)
      throws InterruptedException {
    Semaphore room = new Semaphore(IN_FLIGHT);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (long number = 0; number < records && failure.get() == null; number++) {
      room.acquire();
      var unused =
          target
              .append(payloads.create(number))
              .whenComplete(
                  (result, thrown) -> {
                    failure.compareAndSet(null, thrown);
                    room.release();
                  });
    }
    room.acquire(IN_FLIGHT);
    if (failure.get() != null) {
      throw new IllegalStateException("an append failed", failure.get());
    }
  }
}
