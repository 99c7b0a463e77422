package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Each test of the suite is made to fail by a storage that breaks the promise it is about. */
class StorageContractFaultsTest {
  /** Where chance decides whether a fault shows. */
  private static final int MAX_ATTEMPTS = 5;

  /** At first the one that a process has to have, in which nobody sets it. */
  private static StorageFault fault = StorageFault.REPORTS_BEFORE_IT_WRITES;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void shouldNotice(StorageFault broken) {
    // given
    fault = broken;
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      // when
      TestExecutionSummary summary = SuiteRun.of(Broken.class, broken.test());

      // then
      assertThat(summary.getTestsStartedCount()).isEqualTo(1);
      if (summary.getTestsFailedCount() == 1) {
        return;
      }
    }
    throw new AssertionError(broken.test() + " did not notice that it " + broken);
  }

  @Test
  void shouldHaveAFaultForEachTest() {
    assertThat(
            Arrays.stream(StorageFault.values())
                .filter(broken -> broken != StorageFault.NONE)
                .map(StorageFault::test)
                .collect(Collectors.toSet()))
        .isEqualTo(SuiteRun.testsOf(StorageContract.class));
  }

  /** Not found by itself, because it is no class of its own file. */
  static final class Broken extends PlainStorageContractTest {
    @Override
    StorageFault fault() {
      return fault;
    }

    @Override
    protected Duration patience() {
      boolean starts = fault == StorageFault.REPORTS_BEFORE_IT_WRITES;
      return Duration.ofSeconds(starts ? 30 : 1);
    }
  }
}
