package io.raftlog.jepsen.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.simulation.checkers.Append;
import io.raftlog.simulation.checkers.RecordKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryWriterTest {
  private static final RecordKey KEY = new RecordKey("p1", 3, 1);

  @Test
  void shouldReadBackWhatWasWritten(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("history.jsonl");
    try (HistoryWriter writer = new HistoryWriter(file)) {
      long acknowledged = writer.append("p1", "n1/a", KEY, 2, 3);
      long refused = writer.append("p2", "n1/a", new RecordKey("p2", 0, 0), 1, 0);
      writer.appended("p1", acknowledged, 17, "APPENDED");
      writer.failed("p2", refused, Event.APPEND, true, "NoLeaderException", -1);
      long read = writer.read("r1", "n2/b", true, 17);
      writer.wasRead("r1", read, Event.READ, 17, List.of(new OffsetKey(17, KEY)), 19);
      long beyond = writer.read("r1", "n2/b", false, 50);
      writer.failed("r1", beyond, Event.READ, true, "OffsetOutOfRangeException", 19);
      writer.append("p3", "n1/a", new RecordKey("p3", 0, 0), 1, 0);
      long claim = writer.claim("s1", "n1/a", "s");
      writer.claimed("s1", claim, 4);
      long deliver = writer.deliver("s1", claim, 4);
      writer.wasRead("s1", deliver, Event.DELIVER, 4, List.of(new OffsetKey(5, KEY)), 19);
      writer.committed("s1", writer.commit("s1", claim, 6));

      assertThat(writer.acknowledgedEnd()).isEqualTo(18);
      assertThat(writer.count(Event.APPEND, Event.Type.OK)).isEqualTo(1);
    }

    RecordedRun run = HistoryReader.read(file);

    assertThat(run.history().appends())
        .extracting(Append::outcome)
        .containsExactly(
            Append.Outcome.ACKNOWLEDGED, Append.Outcome.REFUSED, Append.Outcome.PENDING);
    assertThat(run.history().appends().get(0).offset()).isEqualTo(17);
    assertThat(run.history().appends().get(0).key(1)).isEqualTo(new RecordKey("p1", 4, 1));
    assertThat(run.history().reads()).hasSize(2);
    assertThat(run.history().reads().get(0).records()).containsExactly(KEY);
    assertThat(run.history().reads().get(0).linearizable()).isTrue();
    assertThat(run.history().reads().get(1).endOffset()).isEqualTo(19);
    assertThat(run.history().deliveries())
        .singleElement()
        .satisfies(
            delivery -> {
              assertThat(delivery.subscriber()).isEqualTo("claim 6");
              assertThat(delivery.offset()).isEqualTo(5);
              assertThat(delivery.key()).isEqualTo(KEY);
            });
    assertThat(run.operations()).hasSize(8).filteredOn(Operation::ok).hasSize(5);
  }
}
