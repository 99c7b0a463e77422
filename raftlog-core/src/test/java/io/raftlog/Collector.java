package io.raftlog;

import static io.raftlog.TestCluster.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;

/** A subscriber that keeps everything, and requests so many records at once. */
class Collector implements Flow.Subscriber<LogRecord> {
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();
  private final List<Throwable> errors = new CopyOnWriteArrayList<>();
  private final long firstRequest;
  volatile Flow.Subscription subscription;

  Collector(long firstRequest) {
    this.firstRequest = firstRequest;
  }

  Collector() {
    this(Long.MAX_VALUE);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    if (firstRequest > 0) {
      given.request(firstRequest);
    }
  }

  @Override
  public void onNext(LogRecord record) {
    records.add(record);
  }

  @Override
  public void onError(Throwable thrown) {
    errors.add(thrown);
  }

  @Override
  public void onComplete() {
    errors.add(new AssertionError("a log does not complete"));
  }

  List<Throwable> errors() {
    return errors;
  }

  int count() {
    return records.size();
  }

  List<LogRecord> records() {
    return new ArrayList<>(records);
  }

  /** As text, in the order in which they came. */
  List<String> texts() {
    return records.stream().map(TestCluster::text).toList();
  }

  void awaitCount(int count) {
    await()
        .atMost(SOON)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> records.size() >= count || !errors.isEmpty());
    assertThat(errors).isEmpty();
    assertThat(records).hasSize(count);
  }

  /** What it ended with, which must be of this type, and the only thing. */
  <X extends Throwable> X awaitError(Class<X> type) {
    await().atMost(SOON).until(() -> !errors.isEmpty());
    assertThat(errors).singleElement().isInstanceOf(type);
    return type.cast(errors.get(0));
  }
}
