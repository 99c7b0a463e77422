package io.raftlog.benchmarks.contender;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the replicas' state machines were given, for peers whose log is not read: notes a record's
 * number and checks its size, which costs next to nothing while it is measured. Each replica's part
 * is written by the thread that applies there.
 */
public final class AppliedNumbers {
  private final List<SeenNumbers> replicas =
      IntStream.range(0, Contender.REPLICAS).mapToObj(i -> new SeenNumbers()).toList();
  private volatile int payloadBytes;

  /** A replica was given a record; its content from the current position on. */
  public void add(int replica, ByteBuffer payload) {
    SeenNumbers seen = replicas.get(replica);
    int bytes = payload.remaining();
    if (bytes != payloadBytes) {
      seen.addForeign();
      return;
    }
    seen.add(payload.getLong(payload.position()));
  }

  /** A payload is about to be appended; all have one size. */
  public void expect(byte[] payload) {
    if (payloadBytes != payload.length) {
      payloadBytes = payload.length;
    }
  }

  /** What a replica was given so far. */
  public SeenNumbers of(int replica) {
    return replicas.get(replica);
  }
}
