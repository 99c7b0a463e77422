package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs single tests of a suite, to see that they fail. */
final class SuiteRun {
  private static final int MAX_ATTEMPTS = 5;

  private SuiteRun() {}

  /**
   * Runs a test that has to fail, again if it does not: chance may decide whether a fault shows.
   */
  static void assertNotices(Class<?> broken, String test, Object fault) {
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      TestExecutionSummary summary = run(broken, test);
      assertThat(summary.getTestsStartedCount()).isEqualTo(1);
      if (summary.getTestsFailedCount() == 1) {
        return;
      }
    }
    throw new AssertionError(test + " did not notice that it " + fault);
  }

  private static TestExecutionSummary run(Class<?> suite, String test) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectMethod(suite, test)).build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    return listener.getSummary();
  }

  /** Checks that no test of a suite, inherited ones included, is without a fault. */
  static void assertAllHaveAFault(Class<?> suite, Stream<String> tests) {
    assertThat(tests.collect(Collectors.toSet())).isEqualTo(testsOf(suite));
  }

  private static Set<String> testsOf(Class<?> suite) {
    Set<String> names = new TreeSet<>();
    for (Class<?> part = suite; part != null; part = part.getSuperclass()) {
      Arrays.stream(part.getDeclaredMethods())
          .filter(method -> method.isAnnotationPresent(Test.class))
          .forEach(method -> names.add(method.getName()));
    }
    return names;
  }
}
