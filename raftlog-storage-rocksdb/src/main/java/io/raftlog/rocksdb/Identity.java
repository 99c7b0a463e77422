package io.raftlog.rocksdb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Whose data directory it is, as stored in the file {@code identity}.
 *
 * <p>The file, big-endian: magic u64, format version u32, incarnation 2 × u64, inode u64 and time
 * of birth u64 of this file, the same of the file {@code durable}, length u16 and bytes (UTF-8) of
 * the cluster id, the same of the node id, CRC32C u32 of all before it. Only magic, version and the
 * CRC at the end are the same in all versions to come.
 *
 * @param clusterId the cluster
 * @param nodeId the node
 * @param incarnation made when the directory was formatted
 * @param witness the identity file's own, by which a copy is told from the original
 * @param markWitness that of the {@link DurableMark}: a restore of older files may leave out the
 *     identity file, which never changes, but not the mark
 */
record Identity(
    String clusterId,
    String nodeId,
    UUID incarnation,
    FileWitness witness,
    FileWitness markWitness) {
  /** The version of the directory's format, of which {@link Layout#VERSION} is a part. */
  static final int FORMAT_VERSION = 1;

  /** The longest identity file, in bytes; a longer one is not ours. */
  static final int MAX_BYTES = 256 << 10;

  private static final long MAGIC = 0x5241_4654_4C4F_4731L; // "RAFTLOG1"
  private static final int MIN_BYTES = 8 + 4;
  private static final int FIXED_BYTES = MIN_BYTES + 16 + 16 + 16 + 2 + 2 + 4;

  /** The bytes are not an identity that this version can read. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean newer;

    UnreadableException(String message, boolean newer) {
      super(message);
      this.newer = newer;
    }

    /** Whether a newer version of raftlog wrote them, rather than that they are corrupted. */
    boolean newer() {
      return newer;
    }
  }

  ByteBuffer encode() {
    byte[] cluster = clusterId.getBytes(StandardCharsets.UTF_8);
    byte[] node = nodeId.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + cluster.length + node.length);
    bytes.putLong(MAGIC).putInt(FORMAT_VERSION);
    bytes.putLong(incarnation.getMostSignificantBits());
    bytes.putLong(incarnation.getLeastSignificantBits());
    bytes.putLong(witness.inode()).putLong(witness.birthMillis());
    bytes.putLong(markWitness.inode()).putLong(markWitness.birthMillis());
    bytes.putShort((short) cluster.length).put(cluster);
    bytes.putShort((short) node.length).put(node);
    bytes.putInt(crcOf(bytes.array(), bytes.position()));
    return bytes.flip();
  }

  static Identity decode(byte[] file) throws UnreadableException {
    if (file.length < MIN_BYTES) {
      throw new UnreadableException("it has only " + file.length + " bytes", false);
    }
    ByteBuffer bytes = ByteBuffer.wrap(file);
    if (bytes.getLong() != MAGIC) {
      throw new UnreadableException("it does not begin as an identity does", false);
    }
    int version = bytes.getInt();
    if (file.length < FIXED_BYTES && version == FORMAT_VERSION) {
      throw new UnreadableException("it has only " + file.length + " bytes", false);
    }
    boolean crcMatches = crcOf(file, file.length - 4) == bytes.getInt(file.length - 4);
    if (version > FORMAT_VERSION && crcMatches) {
      throw new UnreadableException(
          "its format version is " + version + ", this raftlog reads up to " + FORMAT_VERSION,
          true);
    }
    if (!crcMatches || version != FORMAT_VERSION) {
      throw new UnreadableException("its checksum does not match", false);
    }
    UUID incarnation = new UUID(bytes.getLong(), bytes.getLong());
    FileWitness witness = new FileWitness(bytes.getLong(), bytes.getLong());
    FileWitness markWitness = new FileWitness(bytes.getLong(), bytes.getLong());
    Identity identity = new Identity(text(bytes), text(bytes), incarnation, witness, markWitness);
    if (bytes.remaining() != 4) {
      throw new UnreadableException("its lengths do not add up", false);
    }
    return identity;
  }

  private static String text(ByteBuffer bytes) throws UnreadableException {
    int length = Short.toUnsignedInt(bytes.getShort());
    if (length > bytes.remaining() - 4) {
      throw new UnreadableException("a length of " + length + " is beyond its end", false);
    }
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static int crcOf(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
