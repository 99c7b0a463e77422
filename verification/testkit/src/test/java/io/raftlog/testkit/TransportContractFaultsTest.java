package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.spi.Transport;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Each test of the suite is made to fail by a transport that breaks the promise it is about. */
class TransportContractFaultsTest {
  /** Where chance decides whether a fault shows. */
  private static final int MAX_ATTEMPTS = 5;

  private static TransportFault fault = TransportFault.LOSES_A_BYTE;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void shouldNotice(TransportFault broken) {
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
            Arrays.stream(TransportFault.values())
                .filter(broken -> broken != TransportFault.NONE)
                .map(TransportFault::test)
                .collect(Collectors.toSet()))
        .isEqualTo(SuiteRun.testsOf(TransportContract.class));
  }

  /** Not found by itself, because it is no class of its own file. */
  static final class Broken extends TransportContract {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(fault);
    }

    @Override
    protected long maxOutboundBytes() {
      return PlainPeer.MAX_QUEUED_BYTES;
    }

    @Override
    protected Duration patience() {
      return Duration.ofMillis(500);
    }
  }
}
