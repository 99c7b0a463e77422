package io.raftlog.internal.subscription;

import io.raftlog.LogRecord;
import io.raftlog.SubscribeOptions;
import java.util.Objects;
import java.util.concurrent.Flow;

/**
 * Publishes a log's records. Cold: every subscriber gets a subscription of its own, from the start
 * to the tail and on. Any thread.
 */
public final class LogPublisher implements Flow.Publisher<LogRecord> {
  private final String name;
  private final RecordSource source;
  private final SubscribeOptions options;
  private final Subscriptions subscriptions;

  /**
   * Makes one.
   *
   * @param name what its log lines begin with: node and log, as {@code key=value}
   * @param source where the records come from
   * @param options how they are delivered
   * @param subscriptions the node's
   */
  public LogPublisher(
      String name, RecordSource source, SubscribeOptions options, Subscriptions subscriptions) {
    this.name = name;
    this.source = source;
    this.options = options;
    this.subscriptions = subscriptions;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super LogRecord> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber must not be null");
    new LogSubscription(name, source, options, subscriptions, subscriber).begin();
  }
}
