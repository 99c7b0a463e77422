package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.NodeId;
import io.raftlog.NodeStartException;
import io.raftlog.NodeStartException.Reason;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.StoredState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The part of {@link StorageContract} on whose a storage is, and which logs are in it. */
abstract class StorageOpening extends StorageHarness {
  private static final String LONGEST_NAME = "x".repeat(64);

  /** Names that a storage might mix up, or take for something else. */
  private static final List<String> LOG_NAMES =
      List.of("orders", "Orders", "order", "orders.", "o", ".", "..", "-", "_", LONGEST_NAME);

  @Test
  void shouldMakeAnotherIncarnationForEachPlace() {
    assertThat(incarnationAt(newPlace())).isNotEqualTo(incarnationAt(newPlace()));
  }

  @Test
  void shouldKeepItsIncarnation() {
    // given
    Path place = newPlace();
    UUID incarnation = incarnationAt(place);

    // when, then
    for (int i = 0; i < 3; i++) {
      assertThat(incarnationAt(place)).isEqualTo(incarnation);
    }
  }

  @Test
  void shouldRefuseAnotherNode() {
    assertRefused(CLUSTER, new NodeId("n2"), Reason.WRONG_NODE);
    assertRefused(CLUSTER, new NodeId("N1"), Reason.WRONG_NODE);
  }

  @Test
  void shouldRefuseAnotherCluster() {
    assertRefused("contrac", NODE, Reason.WRONG_CLUSTER);
    assertRefused("Contract", NODE, Reason.WRONG_CLUSTER);
  }

  private void assertRefused(String clusterId, NodeId nodeId, Reason reason) {
    // given: a storage with something in it
    Path place = newPlace();
    UUID incarnation = incarnationAt(place);
    NodeStorage owner = opened(place);
    TestLog log = open(owner, LOG);
    log.appendSmall(1, 3);
    log.awaitDurable();
    close(owner, log);

    // when
    NodeStorage wrong = unopened(place);
    assertThatThrownBy(() -> wrong.open(clusterId, nodeId))
        .isInstanceOfSatisfying(
            NodeStartException.class, e -> assertThat(e.reason()).isEqualTo(reason));

    // then: nothing has changed, and the place is free
    NodeStorage again = unopened(place);
    assertThat(again.open(CLUSTER, NODE)).isEqualTo(incarnation);
    wrong.close();
    open(again, LOG, log.model()).check();
  }

  @Test
  void shouldTakeNamesOfEveryKind() {
    // given
    Path place = newPlace();
    NodeId node = new NodeId(LONGEST_NAME);
    String cluster = "Kältetechnik/../\u96f2 \ud83d\ude80 " + "y".repeat(38);
    UUID incarnation;
    try (NodeStorage storage = unopened(place)) {
      incarnation = storage.open(cluster, node);
    }

    // when, then
    assertThat(unopened(place).open(cluster, node)).isEqualTo(incarnation);
  }

  @Test
  void shouldRefuseToBeOpenedByTwo() {
    // given
    Path place = newPlace();
    NodeStorage first = unopened(place);
    final UUID incarnation = first.open(CLUSTER, NODE);
    final TestLog log = open(first, LOG);

    // when, then: closing who was refused does not let in the next one either
    for (int i = 0; i < 2; i++) {
      NodeStorage second = unopened(place);
      assertThatThrownBy(() -> second.open(CLUSTER, NODE))
          .isInstanceOfSatisfying(
              NodeStartException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.DIRECTORY_LOCKED));
      second.close();
    }

    // then: the first one is not disturbed
    log.appendSmall(1, 3);
    log.check();

    // when
    close(first, log);

    // then
    NodeStorage next = unopened(place);
    assertThat(next.open(CLUSTER, NODE)).isEqualTo(incarnation);
    open(next, LOG, log.model()).check();
  }

  @Test
  void shouldOpenALogThatIsNew() {
    // given
    Path place = newPlace();
    NodeStorage storage = opened(place);

    // when
    TestLog log = open(storage, LOG);

    // then
    assertThat(new LogModel().state()).isEqualTo(StoredState.EMPTY);
    log.check();
    close(storage, log);
    open(opened(place), LOG).check();
  }

  @Test
  void shouldKeepLogsApart() {
    // given
    Path place = newPlace();
    NodeStorage storage = opened(place);
    List<TestLog> logs = new ArrayList<>();
    for (String name : LOG_NAMES) {
      logs.add(open(storage, name));
    }

    // when: each is written to, truncated and trimmed differently
    for (int i = 0; i < logs.size(); i++) {
      TestLog log = logs.get(i);
      log.appendSmall(i + 1, 10 + i);
      log.truncateAndAppend(5 + i, 20, i);
      log.write(SeededBytes.buffer(i, 10 + i), 0, List.of(), SeededBytes.buffer(i, 5), 1 + i % 3);
    }

    // then
    logs.forEach(TestLog::check);
    close(storage, logs.toArray(TestLog[]::new));
    NodeStorage again = opened(place);
    for (int i = logs.size() - 1; i >= 0; i--) {
      open(again, LOG_NAMES.get(i), logs.get(i).model()).check();
    }
  }

  @Test
  void shouldOpenALogWhileOthersAreWritten() throws InterruptedException {
    // given
    NodeStorage storage = opened(newPlace());
    TestLog busy = open(storage, LOG);
    TestThreads writer = new TestThreads();
    writer.start(
        () -> {
          for (int i = 0; i < 200; i++) {
            busy.append(1, SeededBytes.array(i, 5_000));
          }
        });

    // when
    List<TestLog> others = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      TestLog other = open(storage, "other" + i);
      other.appendSmall(i + 1, 10);
      others.add(other);
    }

    // then
    writer.join();
    busy.check();
    others.forEach(TestLog::check);
  }

  @Test
  void shouldOpenManyTimes() {
    // given
    Reopenable place = newLog();
    place.close();
    ThreadCensus census = ThreadCensus.take();
    TestLog log = place.log();
    for (int i = 1; i <= 20; i++) {
      NodeStorage storage = opened(place.place());
      log = open(storage, LOG, log.model());

      // when: the first write of each time has the id 1
      assertThat(log.nextWriteId()).isEqualTo(1);
      log.appendSmall(i, 3);
      log.check();
      close(storage, log);
    }

    // then
    assertThat(log.model().lastIndex()).isEqualTo(60);
    assertThat(census.newcomers(this::belongsToTheJvm))
        .as("threads that a closed storage has left")
        .isEmpty();
  }
}
