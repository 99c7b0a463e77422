package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NodeLoggerTest {
  private final AtomicLong nanos = new AtomicLong();
  private final CapturedLog captured = new CapturedLog();
  private final NodeLogger log = new NodeLogger(new NodeId("n1"), nanos::get);

  @AfterEach
  void stop() {
    captured.close();
  }

  @Test
  void shouldLogTroubleOnceAnIntervalAndSayHowMuchWasLeftOut() {
    // when
    for (int i = 0; i < 5; i++) {
      log.limitedWarn("key", () -> "trouble");
    }
    nanos.addAndGet(NodeLogger.INTERVAL.toNanos());
    log.limitedWarn("key", () -> "trouble");

    // then
    assertThat(captured.linesWith("WARN", "node=n1 trouble")).hasSize(2);
    assertThat(captured.linesWith("node=n1 trouble suppressed=4")).hasSize(1);
  }

  @Test
  void shouldBoundTheLinesThatManySourcesCause() {
    // when
    for (int i = 0; i < 10 * NodeLogger.MAX_KEYS; i++) {
      log.limitedWarn("key" + i, () -> "trouble");
    }

    // then: and there is room again later
    assertThat(captured.linesWith("trouble")).hasSize(NodeLogger.MAX_KEYS);
    nanos.addAndGet(NodeLogger.INTERVAL.toNanos());
    log.limitedWarn("another key", () -> "trouble again");
    assertThat(captured.linesWith("trouble again")).hasSize(1);
  }

  @Test
  void shouldLogAPeerThatComesAndGoesTenTimes() {
    for (int i = 0; i < 30; i++) {
      log.peerChange(new NodeId("n2"), "connected");
    }

    assertThat(captured.linesWith("INFO", "node=n1 peer=n2 connected")).hasSize(10);
  }

  @Test
  void shouldNotLetForeignTextForgeLines() {
    assertThat(NodeLogger.quoted("a\r\nnode=n1 \u001b[0m")).isEqualTo("\"a??node=n1 ?[0m\"");
    assertThat(NodeLogger.quoted("x".repeat(1_000))).hasSize(102);
  }
}
