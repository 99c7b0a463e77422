package io.raftlog.internal.node;

import io.raftlog.AppendResult;
import io.raftlog.internal.entry.ControlRun;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import io.raftlog.internal.replica.AppendAccumulator;
import io.raftlog.internal.replica.ControlOutcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a producer needs of its log. Any thread. */
interface ProducerLog {
  /** Appends a control run; see {@link AppendAccumulator#append(ControlRun)}. */
  CompletableFuture<ControlOutcome> append(ControlRun run);

  /** Checks and appends, under a registration if that is not 0. */
  CompletableFuture<AppendResult> append(
      ProducerId producer, long registration, long firstSequence, RecordBodies records);

  /** Refuses what cannot be appended, whatever the log holds. */
  void checkLimits(ProducerId producer, long firstSequence, RecordBodies records);

  long maxInFlightBytes();

  /** Runs what completes futures, where all of them complete. */
  void complete(Runnable task);

  /** The same for several that do not wait for each other. */
  void completeAll(List<Runnable> tasks);

  /** Lets a producer send again in a while; however often it asks meanwhile, that is once. */
  void sendLater(ProducerHandle producer);
}
