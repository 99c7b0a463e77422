package io.raftlog.examples.quickstart;

import io.raftlog.LogRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Checks one node's log, record by record, against what was published. Not thread-safe. */
final class LogAudit {
  private static final int DIGEST_BYTES_SHOWN = 6;

  private final Map<String, Seen> producers = new LinkedHashMap<>();
  private final MessageDigest digest = sha256();
  private final ByteBuffer numbers = ByteBuffer.allocate(3 * Long.BYTES);
  private long records;
  private long doubled;
  private long reordered;
  private long foreign;
  private long misplaced;

  /** What was seen of one producer. */
  private static final class Seen {
    private final Ledger ledger;
    private final BitSet sequences = new BitSet();

    Seen(Ledger ledger) {
      this.ledger = ledger;
    }
  }

  LogAudit(Collection<Ledger> ledgers) {
    ledgers.forEach(ledger -> producers.put(ledger.producerId(), new Seen(ledger)));
  }

  /** Takes the log's next record. */
  void accept(LogRecord record) {
    if (record.offset() != records) {
      misplaced++;
    }
    records++;
    addToDigest(record);
    Seen seen = producers.get(record.producerId());
    if (seen == null
        || record.sequence() >= seen.ledger.source().count()
        || !isPublished(record, seen.ledger)) {
      foreign++;
      return;
    }
    int sequence = (int) record.sequence();
    if (seen.sequences.get(sequence)) {
      doubled++;
      return;
    }
    if (sequence < seen.sequences.length() - 1) {
      reordered++;
    }
    seen.sequences.set(sequence);
    if (!seen.ledger.allows(sequence, record.offset())) {
      misplaced++;
    }
  }

  private static boolean isPublished(LogRecord record, Ledger ledger) {
    byte[] published = ledger.source().payload(record.sequence());
    return record.payload().equals(ByteBuffer.wrap(published));
  }

  /** After the log's last record: what was found. */
  Findings findings() {
    long lost = 0;
    for (Seen seen : producers.values()) {
      lost += seen.ledger.source().count() - seen.sequences.cardinality();
    }
    byte[] shown = new byte[DIGEST_BYTES_SHOWN];
    System.arraycopy(digest.digest(), 0, shown, 0, shown.length);
    return new Findings(
        records, lost, doubled, reordered, foreign, misplaced, HexFormat.of().formatHex(shown));
  }

  private void addToDigest(LogRecord record) {
    numbers.clear();
    numbers.putLong(record.offset()).putLong(record.timestamp()).putLong(record.sequence());
    digest.update(numbers.flip());
    digest.update(record.producerId().getBytes(StandardCharsets.UTF_8));
    digest.update(record.payload());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
