package io.raftlog.testkit;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each test of the suite is made to fail by a storage that breaks the promise it is about. */
class StorageContractFaultsTest {
  /** At first the one that a process has to have, in which nobody sets it. */
  private static StorageFault fault = StorageFault.REPORTS_BEFORE_IT_WRITES;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void shouldNotice(StorageFault broken) {
    // given
    fault = broken;
    // when, then
    SuiteRun.assertNotices(Broken.class, broken.test(), broken);
  }

  @Test
  void shouldHaveAFaultForEachTest() {
    SuiteRun.assertAllHaveAFault(
        StorageContract.class,
        Arrays.stream(StorageFault.values())
            .filter(broken -> broken != StorageFault.NONE)
            .map(StorageFault::test));
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
