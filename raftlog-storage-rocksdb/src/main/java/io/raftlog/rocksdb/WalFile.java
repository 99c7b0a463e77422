package io.raftlog.rocksdb;

import io.raftlog.NodeStartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A file of the write-ahead log. Owned by the writer thread, and before that by the thread that
 * opens the storage.
 *
 * <p>The layout, big-endian: a {@link WalHeader}; from byte {@value #FIRST_RECORD} on records, each
 * beginning at a multiple of {@value #ALIGNMENT}: number u64, payload length u32, CRC32C u32 of the
 * payload, CRC32C u32 of the header, 0 u32, payload. The header's checksum also covers what is not
 * written: incarnation, file number, position. So no record is taken for one that was written
 * elsewhere, or into the file when it had another number.
 *
 * <p>A file is written over again and again, because that makes a sync cheap: neither length nor
 * blocks change, so there is nothing but data to be written. For the same reason a new file grows
 * by {@value #STEP_BYTES} bytes of zeros at a time.
 */
final class WalFile implements AutoCloseable {
  /** Where the first record begins. */
  static final int FIRST_RECORD = 4096;

  /** How long a record's header is, in bytes. */
  static final int RECORD_HEADER_BYTES = 24;

  private static final int ALIGNMENT = 8;

  /** By so much a new file grows: enough to be rare, too little to be felt. */
  static final int STEP_BYTES = 1 << 20;

  /** What a record's header checksum covers: incarnation, file number, position and header. */
  private static final int SEALED_BYTES = 16 + 8 + 8 + 16;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

  private final Path path;
  private final FileChannel channel;
  private WalHeader header;
  private long bytes;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer sealed = ByteBuffer.allocate(SEALED_BYTES);
  private final ByteBuffer recordHeader = ByteBuffer.allocateDirect(RECORD_HEADER_BYTES);

  private WalFile(Path path, FileChannel channel, WalHeader header, long bytes) {
    this.path = path;
    this.channel = channel;
    this.header = header;
    this.bytes = bytes;
  }

  /** Makes a new file, which is there as a whole or not at all. */
  static WalFile create(Path path, WalHeader header) throws IOException {
    Path unfinished = path.resolveSibling(path.getFileName() + WalDirectory.UNFINISHED);
    FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      WalFile file = new WalFile(path, channel, header, 0);
      file.write(0, header.encode());
      file.grow(WalHeader.BYTES);
      channel.force(true);
      DurableFiles.rename(unfinished, path);
      return file;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Opens a file.
   *
   * @throws NodeStartException when its header is damaged
   */
  static WalFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      ByteBuffer bytes = ByteBuffer.allocate(WalHeader.BYTES);
      read(channel, bytes, 0);
      WalHeader header = WalHeader.decode(bytes.flip());
      if (header == null) {
        throw Corruption.of(path, "its header is damaged");
      }
      return new WalFile(path, channel, header, channel.size());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  Path path() {
    return path;
  }

  WalHeader header() {
    return header;
  }

  /** How long the file is. */
  long bytes() {
    return bytes;
  }

  /** Makes it another file: whatever records it has are none from then on. */
  void reuse(WalHeader newHeader) throws IOException {
    write(0, newHeader.encode());
    header = newHeader;
    sync();
  }

  /**
   * Writes a record and syncs it. Nothing may be written after an exception.
   *
   * @param position where, as the record before it has returned
   * @param number the record's number
   * @param payload its bytes, which are consumed
   * @param length how many they are
   * @return where the next record begins
   */
  long append(long position, long number, List<ByteBuffer> payload, int length) throws IOException {
    crc.reset();
    for (ByteBuffer piece : payload) {
      crc.update(piece.duplicate());
    }
    int payloadCrc = (int) crc.getValue();
    recordHeader.clear();
    recordHeader.putLong(number).putInt(length).putInt(payloadCrc);
    recordHeader.putInt(seal(position, number, length, payloadCrc)).putInt(0).flip();

    ByteBuffer[] pieces = new ByteBuffer[payload.size() + 1];
    pieces[0] = recordHeader;
    for (int i = 0; i < payload.size(); i++) {
      pieces[i + 1] = payload.get(i);
    }
    channel.position(position);
    for (long left = RECORD_HEADER_BYTES + (long) length; left > 0; ) {
      left -= channel.write(pieces);
    }
    final long end = end(position, length);
    if (end > bytes) {
      grow(end);
    }
    sync();
    return end;
  }

  /**
   * Writes header and bytes again, as they are, and syncs them. After a sync that failed the
   * operating system may hold bytes in memory that are not on the disk, and believe that they are:
   *
   * <ol>
   *   <li>A sync fails, its pages are marked as clean, and the process ends.
   *   <li>Another one reads them from memory, and syncs successfully, because nothing is to be
   *       written.
   *   <li>The power fails, and they are gone.
   * </ol>
   */
  void rewrite(long from, long to) throws IOException {
    write(0, header.encode());
    ByteBuffer part = ByteBuffer.allocateDirect(ZEROS.capacity());
    for (long at = from; at < to; at += part.capacity()) {
      part.clear().limit((int) Math.min(part.capacity(), to - at));
      read(part, at);
      write(at, part.flip());
    }
    sync();
  }

  private void sync() throws IOException {
    channel.force(false);
  }

  /** Where the next record begins. */
  static long end(long position, int length) {
    long end = position + RECORD_HEADER_BYTES + length;
    return end + (-end & (ALIGNMENT - 1));
  }

  /** Where a record may begin behind another place. */
  static long nextPlace(long position) {
    return position + ALIGNMENT;
  }

  /** The checksum of a record's header. */
  int seal(long position, long number, int length, int payloadCrc) {
    sealed.clear();
    sealed.putLong(header.incarnation().getMostSignificantBits());
    sealed.putLong(header.incarnation().getLeastSignificantBits());
    sealed.putLong(header.fileNumber()).putLong(position);
    sealed.putLong(number).putInt(length).putInt(payloadCrc);
    crc.reset();
    crc.update(sealed.array());
    return (int) crc.getValue();
  }

  /** Makes the file longer with zeros, from the end of what was written to a multiple of a step. */
  private void grow(long written) throws IOException {
    long newBytes = (written / STEP_BYTES + 1) * STEP_BYTES;
    for (long at = written; at < newBytes; ) {
      ByteBuffer zeros = ZEROS.duplicate();
      zeros.limit((int) Math.min(zeros.capacity(), newBytes - at));
      at += channel.write(zeros, at);
    }
    bytes = newBytes;
  }

  private void write(long position, ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source, position + source.position());
    }
  }

  /** Reads until the buffer is full or the file ends. */
  void read(ByteBuffer target, long position) throws IOException {
    read(channel, target, position);
  }

  private static void read(FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        return;
      }
      at += count;
    }
  }

  /** Closes all of them, whatever becomes of each. */
  static void closeAll(Iterable<WalFile> files) throws IOException {
    IOException failure = null;
    for (WalFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
