package io.raftlog.benchmarks.limits;

import io.raftlog.benchmarks.contender.Payloads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** A file whose blocks were all written before, so that a sync has no metadata to write. */
final class PreallocatedFile implements Stopwatch.Operation {
  /** So many batches at least, so that the same few are not written over and over. */
  private static final long BATCHES = 256;

  private static final long MIN_FILE_BYTES = 64L << 20;
  private static final int CHUNK_BYTES = 1 << 20;

  private final FileChannel channel;
  private final long fileBytes;
  private final ByteBuffer batch;
  private final CRC32C checksum = new CRC32C();
  private long position;

  private PreallocatedFile(FileChannel channel, long fileBytes, ByteBuffer batch) {
    this.channel = channel;
    this.fileBytes = fileBytes;
    this.batch = batch;
  }

  /** Makes the file, and begins at its start. */
  static PreallocatedFile create(Path file, int batchBytes) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    long fileBytes = Math.max(MIN_FILE_BYTES, BATCHES * batchBytes);
    ByteBuffer chunk = direct(CHUNK_BYTES);
    for (long at = 0; at < fileBytes; at += CHUNK_BYTES) {
      channel.write(chunk.duplicate(), at);
    }
    channel.force(true);
    return new PreallocatedFile(channel, fileBytes, direct(batchBytes));
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).put(new Payloads(bytes).create(0)).flip();
  }

  @Override
  public void run() throws IOException {
    int bytes = batch.capacity();
    if (position + bytes > fileBytes) {
      position = 0;
    }
    checksum.reset();
    checksum.update(batch.duplicate());
    batch.putInt(0, (int) checksum.getValue());
    ByteBuffer rest = batch.duplicate();
    while (rest.hasRemaining()) {
      position += channel.write(rest, position);
    }
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
