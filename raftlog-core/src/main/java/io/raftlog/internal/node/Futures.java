package io.raftlog.internal.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What a stage fails with is wrapped by the next one; callers shall see it as it is. */
final class Futures {
  private Futures() {}

  /** The same future, but that it fails with the cause itself. */
  static <T> CompletableFuture<T> unwrapped(CompletableFuture<T> stage) {
    CompletableFuture<T> future = new CompletableFuture<>();
    var unused =
        stage.whenComplete(
            (value, thrown) -> {
              if (thrown == null) {
                future.complete(value);
              } else {
                future.completeExceptionally(cause(thrown));
              }
            });
    return future;
  }

  /** What went wrong at first. */
  static Throwable cause(Throwable thrown) {
    @Nullable Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return cause == null ? thrown : cause;
  }
}
