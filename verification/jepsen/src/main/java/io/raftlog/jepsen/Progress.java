package io.raftlog.jepsen;

import io.raftlog.jepsen.history.Event;
import io.raftlog.jepsen.history.HistoryWriter;
import io.raftlog.jepsen.nemesis.Nemesis;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says every few seconds how far a run is. */
final class Progress implements AutoCloseable {
  private static final long SECONDS = 10;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final HistoryWriter history;
  private final long startMicros;
  private final long seconds;

  private Progress(HistoryWriter history, long seconds) {
    this.history = history;
    this.startMicros = history.micros();
    this.seconds = seconds;
  }

  static Progress start(HistoryWriter history, Nemesis nemesis, long seconds) {
    Progress progress = new Progress(history, seconds);
    var unused =
        progress.timer.scheduleAtFixedRate(
            () -> progress.say(nemesis.doing()), SECONDS, SECONDS, TimeUnit.SECONDS);
    return progress;
  }

  void say(String doing) {
    long passed = TimeUnit.MICROSECONDS.toSeconds(history.micros() - startMicros);
    System.out.printf(
        Locale.ROOT,
        "%d:%02d of %d:%02d, appends %,d ok %,d refused %,d unknown, reads %,d ok, commits %,d ok, %s%n",
        passed / 60,
        passed % 60,
        seconds / 60,
        seconds % 60,
        history.count(Event.APPEND, Event.Type.OK),
        history.count(Event.APPEND, Event.Type.FAIL),
        history.count(Event.APPEND, Event.Type.INFO),
        history.count(Event.READ, Event.Type.OK),
        history.count(Event.COMMIT, Event.Type.OK),
        doing);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
