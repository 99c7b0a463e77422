package io.raftlog.testkit;

import io.raftlog.spi.Transport;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each test of the suite is made to fail by a transport that breaks the promise it is about. */
class TransportContractFaultsTest {
  private static TransportFault fault = TransportFault.LOSES_A_BYTE;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void shouldNotice(TransportFault broken) {
    // given
    fault = broken;
    // when, then
    SuiteRun.assertNotices(Broken.class, broken.test(), broken);
  }

  @Test
  void shouldHaveAFaultForEachTest() {
    SuiteRun.assertAllHaveAFault(
        TransportContract.class,
        Arrays.stream(TransportFault.values())
            .filter(broken -> broken != TransportFault.NONE)
            .map(TransportFault::test));
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
