package io.raftlog.testkit;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Which threads there were, to find those that somebody left behind. */
final class ThreadCensus {
  private final Set<Thread> known;

  private ThreadCensus(Set<Thread> known) {
    this.known = known;
  }

  static ThreadCensus take() {
    return new ThreadCensus(new HashSet<>(Thread.getAllStackTraces().keySet()));
  }

  /** The threads that run now and did not then, but for those that belong to the whole JVM. */
  List<Thread> newcomers(Predicate<Thread> belongsToTheJvm) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !known.contains(thread))
        .filter(thread -> thread != Thread.currentThread())
        .filter(thread -> !isOfTheJvm(thread) && !belongsToTheJvm.test(thread))
        .toList();
  }

  private static boolean isOfTheJvm(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    // No group: it has just ended.
    return group == null
        || group.getParent() == null
        || group.getName().equals("InnocuousThreadGroup")
        || thread.getName().startsWith("ForkJoinPool.commonPool")
        || thread.getName().startsWith("junit-");
  }
}
