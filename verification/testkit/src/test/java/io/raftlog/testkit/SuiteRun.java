package io.raftlog.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs single tests of a suite, to see that they fail. */
final class SuiteRun {
  private SuiteRun() {}

  static TestExecutionSummary of(Class<?> suite, String test) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectMethod(suite, test)).build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    return listener.getSummary();
  }

  /** The names of a suite's tests, inherited ones too. */
  static Set<String> testsOf(Class<?> suite) {
    Set<String> names = new TreeSet<>();
    for (Class<?> part = suite; part != null; part = part.getSuperclass()) {
      Arrays.stream(part.getDeclaredMethods())
          .filter(method -> method.isAnnotationPresent(Test.class))
          .forEach(method -> names.add(method.getName()));
    }
    return names;
  }
}
