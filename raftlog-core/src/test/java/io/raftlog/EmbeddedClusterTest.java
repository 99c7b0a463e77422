package io.raftlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftlog.memory.MemoryNetwork;
import io.raftlog.memory.MemoryStorage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real nodes with their threads, in memory: the shortest path through everything. */
class EmbeddedClusterTest {
  private final MemoryNetwork network = new MemoryNetwork();
  private final Map<String, MemoryStorage> storages = new LinkedHashMap<>();
  private final Map<String, RaftLogNode> nodes = new LinkedHashMap<>();

  @AfterEach
  void closeAll() {
    nodes.values().forEach(RaftLogNode::close);
  }

  @Test
  void shouldReadOnEveryNodeWhatWasAppendedOnAny() throws Exception {
    // given
    start("n1", "n2", "n3");
    // when
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    int perNode = 1000;
    for (String id : nodes.keySet()) {
      for (int i = 0; i < perNode; i++) {
        appends.add(log(id).append("producer-" + id, i, bytes(id + "-" + i)));
      }
    }
    for (CompletableFuture<AppendResult> append : appends) {
      append.get(20, TimeUnit.SECONDS);
    }
    // then
    for (String id : nodes.keySet()) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> log(id).status().endOffset() == 3L * perNode);
      assertThat(readAll(id)).hasSize(3 * perNode).isEqualTo(readAll("n1"));
    }
  }

  @Test
  void shouldGoOnWhenTheLeaderIsClosed() throws Exception {
    // given
    start("n1", "n2", "n3");
    log("n1").append("p", 0, bytes("zero")).get(20, TimeUnit.SECONDS);
    NodeId leader =
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> log("n1").status().leader(), Optional::isPresent)
            .orElseThrow();
    // when
    nodes.remove(leader.value()).close();
    RaftLog survivor = nodes.values().iterator().next().log("orders");
    AppendResult result = survivor.append("p", 1, bytes("one")).get(20, TimeUnit.SECONDS);
    // then
    assertThat(result.offset()).isEqualTo(1);
    assertThat(result.outcome()).isEqualTo(AppendResult.Outcome.APPENDED);
  }

  @Test
  void shouldServeALinearizableReadFromAnyNode() throws Exception {
    start("n1", "n2", "n3");
    log("n1").append("p", 0, bytes("zero")).get(20, TimeUnit.SECONDS);
    for (String id : nodes.keySet()) {
      ReadResult result =
          log(id)
              .read(0, ReadOptions.DEFAULT.withConsistency(Consistency.LINEARIZABLE))
              .get(20, TimeUnit.SECONDS);
      assertThat(result.records()).hasSize(1);
    }
  }

  private void start(String... ids) {
    for (String id : ids) {
      RaftLogNode.Builder builder = RaftLogNode.builder(id).cluster("test");
      for (String member : ids) {
        builder.member(member, member);
      }
      MemoryStorage storage = storages.computeIfAbsent(id, i -> new MemoryStorage());
      nodes.put(id, builder.transport(network.transport()).storage(storage).log("orders").start());
    }
  }

  private RaftLog log(String id) {
    return nodes.get(id).log("orders");
  }

  private List<String> readAll(String id) throws Exception {
    List<String> all = new ArrayList<>();
    ReadResult result;
    long offset = 0;
    do {
      result = log(id).read(offset).get(20, TimeUnit.SECONDS);
      for (LogRecord record : result.records()) {
        assertThat(record.offset()).isEqualTo(all.size());
        all.add(new String(record.payloadBytes(), StandardCharsets.UTF_8));
      }
      offset = result.nextOffset();
    } while (!result.records().isEmpty());
    return all;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
