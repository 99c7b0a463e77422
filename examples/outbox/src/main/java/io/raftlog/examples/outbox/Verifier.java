package io.raftlog.examples.outbox;

import io.raftlog.LogRecord;
import io.raftlog.RaftLog;
import io.raftlog.RaftLogNode;
import io.raftlog.ReadOptions;
import io.raftlog.ReadResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** Checks, when all processes are dead, what they have stored. */
final class Verifier {
  private static final int BATCH = 1_000;
  private static final Duration CATCH_UP_LIMIT = Duration.ofMinutes(2);

  private final Console console;
  private final Input input;

  Verifier(Console console, Input input) {
    this.console = console;
    this.input = input;
  }

  /** Opens the nodes' directories in this process, and reads each node's log. Blocks. */
  LogAudit.Findings logs(Path directory, Map<String, String> addresses)
      throws InterruptedException {
    List<RaftLogNode> nodes = new ArrayList<>();
    try {
      for (String nodeId : addresses.keySet()) {
        nodes.add(NodeProcess.start(nodeId, directory, NodeProcess.members(addresses)));
      }
      LogAudit.Findings all = LogAudit.Findings.NONE;
      for (RaftLogNode node : nodes) {
        LogAudit.Findings findings = log(node.log(NodeProcess.LOG_ID));
        console.say("%s: %s", node.id(), findings);
        all = all.or(findings);
      }
      return all;
    } finally {
      nodes.forEach(RaftLogNode::close);
    }
  }

  private LogAudit.Findings log(RaftLog log) throws InterruptedException {
    LogAudit audit = new LogAudit(input);
    ReadOptions options =
        ReadOptions.DEFAULT
            .withMaxRecords(BATCH)
            .withAtLeast(input.count())
            .withWaitFor(CATCH_UP_LIMIT);
    ReadResult result = log.blocking().read(0, options);
    while (!result.records().isEmpty()) {
      for (LogRecord record : result.records()) {
        audit.accept(record);
      }
      result = log.blocking().read(result.nextOffset(), BATCH);
    }
    return audit.findings();
  }

  /** How many HTTP statuses have other totals than the input itself gives. */
  int miscounted(Totals counted) {
    Totals expected = new Totals();
    for (int i = 0; i < input.count(); i++) {
      expected.accept(i, input.line(i));
    }
    TreeSet<String> statuses = new TreeSet<>(expected.tallies().keySet());
    statuses.addAll(counted.tallies().keySet());
    int wrong = 0;
    for (String status : statuses) {
      Totals.Tally is = counted.tallies().getOrDefault(status, Totals.Tally.ZERO);
      Totals.Tally shouldBe = expected.tallies().getOrDefault(status, Totals.Tally.ZERO);
      boolean same = Objects.equals(is, shouldBe);
      wrong += same ? 0 : 1;
      console.say(
          "HTTP %s: %,d requests, %,d bytes%s",
          status, is.requests(), is.bytes(), same ? "" : ", BUT SHOULD BE " + shouldBe);
    }
    return wrong;
  }
}
