package io.raftlog.benchmarks.contender;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * Payloads of one size: the record's number in 8 bytes, then bytes that follow from the number and
 * cannot be compressed. Immutable.
 */
public final class Payloads {
  private static final int POOL_BYTES = 1 << 20;
  private static final long SEED = 42;

  /** Odd, so that neighbours have different bytes. */
  private static final long STRIDE = 7_919;

  private final int payloadBytes;
  private final byte[] pool;

  /**
   * Prepares payloads.
   *
   * @param payloadBytes the size of each, from 8 bytes to 1 MiB
   */
  public Payloads(int payloadBytes) {
    if (payloadBytes < Long.BYTES || payloadBytes > POOL_BYTES) {
      throw new IllegalArgumentException(
          "payload must have from 8 to " + POOL_BYTES + " bytes, is " + payloadBytes);
    }
    this.payloadBytes = payloadBytes;
    this.pool = new byte[POOL_BYTES + payloadBytes];
    new Random(SEED).nextBytes(pool);
  }

  /** The size of each payload, in bytes. */
  public int payloadBytes() {
    return payloadBytes;
  }

  /** The payload of a record. */
  public byte[] create(long number) {
    byte[] payload = new byte[payloadBytes];
    System.arraycopy(pool, offset(number), payload, 0, payloadBytes);
    ByteBuffer.wrap(payload).putLong(number);
    return payload;
  }

  /** The number of a record with this payload, -1 if it is no payload of ours. */
  public long verify(byte[] payload) {
    if (payload.length != payloadBytes) {
      return -1;
    }
    long number = ByteBuffer.wrap(payload).getLong();
    int offset = offset(number);
    boolean same =
        Arrays.equals(
            payload, Long.BYTES, payloadBytes, pool, offset + Long.BYTES, offset + payloadBytes);
    return same ? number : -1;
  }

  private static int offset(long number) {
    return (int) Math.floorMod(number * STRIDE, (long) POOL_BYTES);
  }
}
