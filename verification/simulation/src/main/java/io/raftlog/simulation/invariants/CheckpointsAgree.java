package io.raftlog.simulation.invariants;

import io.raftlog.simulation.checkers.Violation;
import io.raftlog.spi.StorageWrite;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Two checkpoints of the same applied index say the same, whoever wrote them: which producers are
 * known and with which sequences, how far the subscriptions have come, who votes.
 */
final class CheckpointsAgree implements Invariant {
  private static final int APPLIED_INDEX = 5;
  private static final int END_OFFSET = 13;

  /** Before it are the clocks of the newest entry, which need not be applied. */
  private static final int MEMBERSHIP = 37;

  private record Written(long endOffset, ByteBuffer tables, String by) {}

  private final Map<Long, Written> byIndex = new HashMap<>();
  private long compared;

  @Override
  public void onWrite(ReplicaState replica, StorageWrite write) {
    ByteBuffer checkpoint = write.checkpoint();
    if (checkpoint == null) {
      return;
    }
    int at = checkpoint.position();
    long index = checkpoint.getLong(at + APPLIED_INDEX);
    byte[] tables = new byte[checkpoint.remaining() - MEMBERSHIP];
    checkpoint.get(at + MEMBERSHIP, tables);
    Written now =
        new Written(checkpoint.getLong(at + END_OFFSET), ByteBuffer.wrap(tables), replica.name());
    Written before = byIndex.putIfAbsent(index, now);
    if (before == null) {
      return;
    }
    compared += before.by().equals(now.by()) ? 0 : 1;
    Violation.unless(
        before.endOffset() == now.endOffset() && before.tables().equals(now.tables()),
        name(),
        () -> "at index " + index + " " + now.by() + " and " + before.by() + " differ");
  }

  /** How many were compared with another replica's. */
  long compared() {
    return compared;
  }
}
