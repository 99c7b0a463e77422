package io.raftlog.examples.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** What the quickstart does, in the order in which it does it, and what it says of it. */
final class Rehearsal {
  /** How many records are read at once. */
  private static final int BATCH = 10;

  private final Console console;
  private final Lines lines;
  private final long records;

  Rehearsal(Console console, Lines lines, long records) {
    this.console = console;
    this.lines = lines;
    this.records = records;
  }

  /** Runs it, with the nodes' data below that directory. */
  Report run(Path directory) throws InterruptedException {
    console.say("three nodes in this JVM, with real sockets and real RocksDB directories");
    console.say("  in %s", directory);
    try (Cluster cluster = Cluster.start(directory)) {
      Member leader = cluster.awaitLeader();
      cluster.addresses().forEach((id, address) -> console.say("  %s at %s", id, address));
      console.say("%s leads, in term %d", leader.id(), leader.status().term());
      Workload workload = new Workload(cluster, lines, records);
      introduce(cluster, workload);
      if (workload.killAfter() == 0) {
        workload.killLeader();
      }
      workload.start();
      Duration failover =
          console.during(() -> publishing(workload), () -> awaitKillAndRestart(cluster, workload));
      Duration elapsed = console.during(() -> publishing(workload), workload::awaitPublished);
      console.say(
          "all %,d records acknowledged in %.2f s: %,d a second, the time without a leader included",
          records, elapsed.toNanos() / 1e9, perSecond(elapsed));
      Resender.Outcome resent = awaitResent(workload);
      Findings findings = new Verifier(console, workload.ledgers(), BATCH).verify(cluster);
      return new Report(
          records,
          workload.acknowledged(),
          resent.resent() + workload.repeated(),
          findings.lost(),
          findings.reordered(),
          OptionalLong.of(failover.toMillis()),
          perSecond(elapsed),
          findings.isClean() && resent.isClean());
    }
  }

  private void introduce(Cluster cluster, Workload workload) {
    String again = records > lines.count() ? ", again and again" : "";
    console.say(
        "publishing %,d records from the %,d lines of %s%s",
        records, lines.count(), lines.name(), again);
    if (lines.hasNulBytes()) {
      console.say("  which has bytes that no text has; they are published as they are");
    }
    for (int i = 0; i < workload.ledgers().size(); i++) {
      console.say(
          "  %s through %s, at most %d appends in flight",
          workload.ledgers().get(i).producerId(), cluster.members().get(i).id(), workload.window());
    }
  }

  private Duration awaitKillAndRestart(Cluster cluster, Workload workload)
      throws InterruptedException {
    Member killed = workload.awaitKill();
    // What was called on this node and has no outcome gets one when it is closed, not earlier.
    CompletableFuture<Void> closed = CompletableFuture.runAsync(killed::close);
    console.say("killed %s, the leader, after %,d records:", killed.id(), workload.killAfter());
    console.say("  its network and disk were cut off at one instant, then it was closed, unheard;");
    console.say("  that is as near to a crash as one JVM comes (mvn -q -Pkill9 does kill -9)");
    Duration failover = workload.awaitFailover();
    Member leader = cluster.awaitLeader();
    console.say(
        "first append after the kill acknowledged after %,d ms; %s leads, in term %d",
        failover.toMillis(), leader.id(), leader.status().term());
    closed.join();
    killed.restart();
    console.say(
        "%s started again from its directory, with %,d records",
        killed.id(), killed.status().endOffset());
    return failover;
  }

  private String publishing(Workload workload) {
    long done = workload.acknowledged();
    return String.format(
        Locale.ROOT, "published %,d of %,d (%d %%)", done, records, 100 * done / records);
  }

  private Resender.Outcome awaitResent(Workload workload) throws InterruptedException {
    Resender.Outcome resent = workload.awaitResent();
    console.say(
        "%,d of them were meanwhile appended once more, on purpose, through all nodes in turn:",
        resent.resent());
    console.say(
        "  %,d answered with another offset than the first time, %,d refused",
        resent.elsewhere(), resent.refused());
    if (workload.repeated() > 0) {
      console.say(
          "  and %,d again because their first outcome was lost with the killed node",
          workload.repeated());
    }
    return resent;
  }

  private long perSecond(Duration elapsed) {
    return Math.round(records / (elapsed.toNanos() / 1e9));
  }
}
