package io.raftlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.testng.ITestListener;
import org.testng.ITestResult;
import org.testng.TestNG;

/** Subscriptions obey Reactive Streams. Its tests are TestNG's, so they run within ours. */
class PublisherTckTest {
  /** What the kit names without testing it, on whatever publisher. */
  private static final String UNTESTED = "Not verified by this TCK";

  /** A log does not complete, so what is about completing does not apply to it. */
  private static final String ABOUT_COMPLETING = "requires an onComplete signal";

  @Test
  void shouldPassAllThatAppliesToAPublisherWithoutAnEnd() {
    Results results = run(PublisherVerification.class);
    assertThat(results.failed).isEmpty();
    assertThat(results.passed).hasSize(20);
    assertThat(results.skipped)
        .hasSize(18)
        .allMatch(why -> why.contains(UNTESTED) || why.contains(ABOUT_COMPLETING));
  }

  @Test
  void shouldPassEverythingWhenTheTestCompletes() {
    Results results = run(FirstRecordsVerification.class);
    assertThat(results.failed).isEmpty();
    assertThat(results.passed).hasSize(31);
    assertThat(results.skipped).hasSize(7).allMatch(why -> why.contains(UNTESTED));
  }

  private static Results run(Class<?> verification) {
    Results results = new Results();
    TestNG testng = new TestNG(false);
    testng.setVerbose(0);
    testng.setTestClasses(new Class<?>[] {verification});
    testng.addListener(results);
    testng.run();
    return results;
  }

  private static final class Results implements ITestListener {
    final List<String> passed = new ArrayList<>();
    final List<String> skipped = new ArrayList<>();
    final List<String> failed = new ArrayList<>();

    @Override
    public void onTestSuccess(ITestResult result) {
      passed.add(result.getName());
    }

    @Override
    public void onTestSkipped(ITestResult result) {
      skipped.add(result.getName() + ": " + result.getThrowable());
    }

    @Override
    public void onTestFailure(ITestResult result) {
      failed.add(result.getName() + ": " + result.getThrowable());
    }
  }
}
