package io.raftlog.benchmarks.kernels;

import io.raftlog.internal.entry.EntryDraft;
import io.raftlog.internal.entry.EntryHeader;
import io.raftlog.internal.entry.EntryKind;
import io.raftlog.internal.entry.EntryLayout;
import io.raftlog.internal.entry.ProducerId;
import io.raftlog.internal.entry.RecordBodies;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * An entry is filled with single appends of one producer, copied out of the room that is used
 * again, and sealed with its header and checksum, as a leader does with what was appended on its
 * own node. What the caller of an append does, to copy the payload and make its checksum, is done
 * before. Used by one thread; not final, since JMH derives a class.
 */
@State(Scope.Thread)
public class EncodeKernel {
  static final int APPENDS = 1_000;

  /** Bytes of each payload. */
  @Param({"100", "1024"})
  public int payloadBytes;

  private final ProducerId producer = ProducerId.of("producer-1");
  private List<RecordBodies> appends = List.of();
  private byte[] room = {};

  /** JMH makes one. */
  public EncodeKernel() {}

  /** Makes the payloads. */
  @Setup
  public void prepare() {
    Random random = new Random(payloadBytes);
    List<RecordBodies> made = new ArrayList<>();
    for (int i = 0; i < APPENDS; i++) {
      byte[] payload = new byte[payloadBytes];
      random.nextBytes(payload);
      made.add(RecordBodies.copyOf(payload));
    }
    appends = made;
    room = new byte[1024];
  }

  /**
   * Makes one entry.
   *
   * @return the entry
   */
  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public ByteBuffer encode() {
    EntryDraft draft = new EntryDraft(room);
    long sequence = 0;
    for (RecordBodies append : appends) {
      draft.append(producer, 0, sequence++, append);
    }
    ByteBuffer entry = draft.copy();
    room = draft.room();
    EntryHeader header =
        new EntryHeader(EntryKind.RECORDS, entry.limit(), draft.recordCount(), 1, 1, 0, 0, 0);
    EntryLayout.putHeader(entry, header);
    return entry;
  }
}
