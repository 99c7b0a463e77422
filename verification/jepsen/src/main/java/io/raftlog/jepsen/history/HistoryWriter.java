package io.raftlog.jepsen.history;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.raftlog.simulation.checkers.RecordKey;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/** Writes a history as it happens. Thread-safe. */
public final class HistoryWriter implements Closeable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Writer out;
  private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();
  private final long startNanos = System.nanoTime();
  private final AtomicLong acknowledgedEnd = new AtomicLong();
  private long lastOp;

  /**
   * Begins a history.
   *
   * @param file where to; is overwritten
   * @throws IOException when it cannot be created
   */
  public HistoryWriter(Path file) throws IOException {
    out = Files.newBufferedWriter(file);
  }

  /** Microseconds since the run began. */
  public long micros() {
    return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - startNanos);
  }

  /** How many events of a kind there were. */
  public long count(String f, Event.Type type) {
    LongAdder counter = counters.get(f + type);
    return counter == null ? 0 : counter.sum();
  }

  /** The offset after the last record of which a client was told. */
  public long acknowledgedEnd() {
    return acknowledgedEnd.get();
  }

  /**
   * A client calls append.
   *
   * @param process the client
   * @param session the node and its life
   * @param first the first record
   * @param count how many records with consecutive sequences
   * @param proven below which sequence the producer knows everything to be in the log
   * @return the operation
   */
  public long append(String process, String session, RecordKey first, int count, long proven) {
    JsonObject details = new JsonObject();
    details.addProperty("session", session);
    details.addProperty("key", first.toString());
    details.addProperty("count", count);
    details.addProperty("proven", proven);
    return invoke(process, Event.APPEND, details);
  }

  /** The append's record is in the log. */
  public void appended(String process, long op, long offset, String outcome) {
    JsonObject details = new JsonObject();
    details.addProperty("offset", offset);
    details.addProperty("outcome", outcome);
    acknowledgedEnd.accumulateAndGet(offset + 1, Math::max);
    write(process, Event.Type.OK, Event.APPEND, op, details);
  }

  /**
   * An operation did not succeed.
   *
   * @param f what was called
   * @param definitely whether it has no effect
   * @param error the exception's name
   * @param detail what it told: the expected sequence of a gap, the end offset of a read beyond it
   */
  public void failed(
      String process, long op, String f, boolean definitely, String error, long detail) {
    JsonObject details = new JsonObject();
    details.addProperty("error", error);
    details.addProperty("detail", detail);
    write(process, definitely ? Event.Type.FAIL : Event.Type.INFO, f, op, details);
  }

  /** A client calls read. */
  public long read(String process, String session, boolean linearizable, long offset) {
    JsonObject details = new JsonObject();
    details.addProperty("session", session);
    details.addProperty("linearizable", linearizable);
    details.addProperty("offset", offset);
    return invoke(process, Event.READ, details);
  }

  /**
   * A read returned, or a subscription's records were taken.
   *
   * @param f which of both
   * @param offset what was asked for
   * @param records what came
   * @param end the end of the log that it told
   */
  public void wasRead(
      String process, long op, String f, long offset, List<OffsetKey> records, long end) {
    JsonObject details = new JsonObject();
    details.addProperty("end", end);
    JsonArray values = new JsonArray();
    records.forEach(record -> values.add(record.key().toString()));
    details.add("values", values);
    for (int i = 0; i < records.size(); i++) {
      if (records.get(i).offset() != offset + i) {
        JsonArray odd = new JsonArray();
        records.forEach(record -> odd.add(record.offset()));
        details.add("offsets", odd);
        break;
      }
    }
    write(process, Event.Type.OK, f, op, details);
  }

  /** A client claims a durable subscription, which begins at the first record. */
  public long claim(String process, String session, String subscription) {
    JsonObject details = new JsonObject();
    details.addProperty("session", session);
    details.addProperty("subscription", subscription);
    return invoke(process, Event.CLAIM, details);
  }

  /** The claim succeeded, and the subscription goes on at an offset. */
  public void claimed(String process, long op, long position) {
    JsonObject details = new JsonObject();
    details.addProperty("offset", position);
    write(process, Event.Type.OK, Event.CLAIM, op, details);
  }

  /**
   * A client takes the records of a subscription that it claimed.
   *
   * @param claim the operation that claimed it
   * @param offset the next one that it is due
   */
  public long deliver(String process, long claim, long offset) {
    return ofClaim(process, Event.DELIVER, claim, offset);
  }

  /** A client commits a position of a subscription that it claimed. */
  public long commit(String process, long claim, long offset) {
    return ofClaim(process, Event.COMMIT, claim, offset);
  }

  private long ofClaim(String process, String f, long claim, long offset) {
    JsonObject details = new JsonObject();
    details.addProperty("claim", claim);
    details.addProperty("offset", offset);
    return invoke(process, f, details);
  }

  /** The position is committed. */
  public void committed(String process, long op) {
    write(process, Event.Type.OK, Event.COMMIT, op, new JsonObject());
  }

  /** The nemesis does something. */
  public void nemesis(String f, String fault, String value) {
    JsonObject details = new JsonObject();
    details.addProperty("fault", fault);
    details.addProperty("value", value);
    write("nemesis", Event.Type.INFO, f, 0, details);
  }

  /**
   * What of the cluster works has changed.
   *
   * @param up the nodes that can work
   * @param cut the directions that are cut
   * @param majority whether a majority can talk to each other
   */
  public void state(List<String> up, List<String> cut, boolean majority) {
    JsonObject details = new JsonObject();
    JsonArray upArray = new JsonArray();
    up.forEach(upArray::add);
    JsonArray cutArray = new JsonArray();
    cut.forEach(cutArray::add);
    details.add("up", upArray);
    details.add("cut", cutArray);
    details.addProperty("majority", majority);
    write("nemesis", Event.Type.INFO, Event.STATE, 0, details);
  }

  private long invoke(String process, String f, JsonObject details) {
    lock.lock();
    try {
      lastOp++;
      write(process, Event.Type.INVOKE, f, lastOp, details);
      return lastOp;
    } finally {
      lock.unlock();
    }
  }

  private void write(String process, Event.Type type, String f, long op, JsonObject details) {
    lock.lock();
    try {
      out.write(new Event(micros(), process, type, f, op, details).toLine());
      out.write('\n');
      counters.computeIfAbsent(f + type, any -> new LongAdder()).increment();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      out.close();
    } finally {
      lock.unlock();
    }
  }
}
