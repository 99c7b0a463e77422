package io.raftlog.simulation.checkers;

import java.util.List;

/** Every {@link HistoryChecker}. */
public final class HistoryCheckers {
  /** In the order in which they are asked: the first that objects names the violation. */
  public static final List<HistoryChecker> ALL =
      List.of(
          new AcknowledgedIsThere(),
          new NothingInvented(),
          new NoDuplicates(),
          new ProducerOrder(),
          new ReadsAreSlices(),
          new SubscriptionsInOrder(),
          new MonotonicReads(),
          new ReadYourWrites(),
          new RealTimeOrder());

  private HistoryCheckers() {}
}
