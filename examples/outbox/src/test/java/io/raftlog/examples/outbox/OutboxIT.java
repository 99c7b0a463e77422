package io.raftlog.examples.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Three processes; the producer's and the consumer's are killed, and the consumer moves. */
class OutboxIT {
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final Console console = new Console(new PrintStream(told, true, StandardCharsets.UTF_8));

  @Test
  void shouldCountEachLineOnceWhenProducerAndConsumerAreKilled() {
    int exitCode = OutboxExample.run(console, null, "400", "2");
    String text = told.toString(StandardCharsets.UTF_8);
    assertThat(exitCode).as(text).isZero();
    assertThat(text)
        .containsPattern("lines +400 ")
        .containsPattern("producer killed +1 ")
        .containsPattern("consumer killed +1 ")
        .containsPattern("consumer moved +1 ")
        .containsPattern("lost +0 ")
        .containsPattern("doubled +0 ")
        .containsPattern("miscounted +0 ");
  }
}
