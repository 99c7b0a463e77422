package io.raftlog.internal.subscription;

import io.raftlog.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/** Writes down what it is told. On one thread. */
class Recorder implements Flow.Subscriber<LogRecord> {
  final List<Long> offsets = new ArrayList<>();
  final List<Throwable> errors = new ArrayList<>();
  Flow.Subscription subscription;
  boolean completed;

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
  }

  @Override
  public void onNext(LogRecord record) {
    offsets.add(record.offset());
  }

  @Override
  public void onError(Throwable thrown) {
    errors.add(thrown);
  }

  @Override
  public void onComplete() {
    completed = true;
  }
}
