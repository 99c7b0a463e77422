package io.raftlog.benchmarks.contender;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Publication;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps nothing but which records there were, and answers with the number of each. Owned by the
 * thread of its container.
 */
final class AeronService implements ClusteredService {
  private final int replica;
  private final AppliedNumbers applied;
  private final UnsafeBuffer answer = new UnsafeBuffer(new byte[Long.BYTES]);
  private @Nullable Cluster cluster;
  private byte[] payload = new byte[0];
  private volatile boolean leads;

  AeronService(int replica, AppliedNumbers applied) {
    this.replica = replica;
    this.applied = applied;
  }

  /** Whether it belongs to the leader. Any thread. */
  boolean leads() {
    return leads;
  }

  @Override
  public void onStart(Cluster startedCluster, @Nullable Image snapshotImage) {
    cluster = startedCluster;
  }

  @Override
  public void onSessionMessage(
      @Nullable ClientSession session,
      long timestamp,
      DirectBuffer buffer,
      int offset,
      int length,
      Header header) {
    if (payload.length != length) {
      payload = new byte[length];
    }
    buffer.getBytes(offset, payload);
    applied.add(replica, ByteBuffer.wrap(payload));
    answer.putBytes(0, buffer, offset, Long.BYTES);
    if (session == null) {
      return;
    }
    // On followers the offer is a pretence, and succeeds.
    long result = session.offer(answer, 0, Long.BYTES);
    while (result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION) {
      Objects.requireNonNull(cluster, "not started").idleStrategy().idle();
      result = session.offer(answer, 0, Long.BYTES);
    }
  }

  @Override
  public void onRoleChange(Cluster.Role newRole) {
    leads = newRole == Cluster.Role.LEADER;
  }

  @Override
  public void onSessionOpen(ClientSession session, long timestamp) {}

  @Override
  public void onSessionClose(ClientSession session, long timestamp, CloseReason closeReason) {}

  @Override
  public void onTimerEvent(long correlationId, long timestamp) {}

  @Override
  public void onTakeSnapshot(ExclusivePublication snapshotPublication) {}

  @Override
  public void onTerminate(Cluster terminatedCluster) {}
}
