package io.raftlog.internal.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Outcomes on their way to users. They are collected while the loop works and handed to the
 * callback executor together, so that no user's code runs on the loop. Owned by the loop thread.
 */
final class Completions {
  private final Callbacks callbacks;
  private List<Runnable> collected = new ArrayList<>();

  Completions(Callbacks callbacks) {
    this.callbacks = callbacks;
  }

  <T> void complete(CompletableFuture<T> future, T value) {
    add(() -> future.complete(value));
  }

  void fail(CompletableFuture<?> future, RuntimeException cause) {
    add(() -> future.completeExceptionally(cause));
  }

  /** Something that completes a future, and must not be done before. */
  void add(Runnable outcome) {
    collected.add(outcome);
  }

  void flush() {
    if (collected.isEmpty()) {
      return;
    }
    List<Runnable> next = new ArrayList<>();
    callbacks.executeAll(collected);
    collected = next;
  }
}
