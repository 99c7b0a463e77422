package io.raftlog.jepsen.checker;

import io.raftlog.jepsen.history.HistoryReader;
import io.raftlog.jepsen.history.RecordedRun;
import java.util.ArrayList;
import java.util.List;

/**
 * A history made by hand, line by line; a second passes between two lines unless told otherwise.
 */
final class Script {
  private final List<String> lines = new ArrayList<>();
  private long micros;
  private long lastOp;

  Script() {
    nemesis("state", "'up':['n1','n2','n3'],'cut':[],'majority':true");
    nemesis("workload", "'fault':'','value':'begins'");
  }

  Script after(long seconds) {
    micros += seconds * 1_000_000;
    return this;
  }

  private void line(String process, String type, String f, String details) {
    micros += 1_000_000;
    lines.add(
        "{'t':%d,'process':'%s','type':'%s','f':'%s',%s}"
            .formatted(micros, process, type, f, details)
            .replace('\'', '"'));
  }

  Script nemesis(String f, String details) {
    line("nemesis", "info", f, details);
    return this;
  }

  /** Append is called on n1; returns the operation. */
  long append(String key, int count, long proven) {
    line(
        key.substring(0, key.indexOf('/')),
        "invoke",
        "append",
        "'op':%d,'session':'n1/a','key':'%s','count':%d,'proven':%d"
            .formatted(++lastOp, key, count, proven));
    return lastOp;
  }

  Script appended(long op, long offset) {
    line("p", "ok", "append", "'op':%d,'offset':%d,'outcome':'APPENDED'".formatted(op, offset));
    return this;
  }

  Script failed(long op, String type, String error, long detail) {
    line("p", type, "append", "'op':%d,'error':'%s','detail':%d".formatted(op, error, detail));
    return this;
  }

  /** One record is appended and acknowledged. */
  Script append(String key, long offset) {
    return appended(append(key, 1, 0), offset);
  }

  long read(String session, boolean linearizable, long offset) {
    return read("r", session, linearizable, offset);
  }

  private long read(String process, String session, boolean linearizable, long offset) {
    line(
        process,
        "invoke",
        "read",
        "'op':%d,'session':'%s','linearizable':%b,'offset':%d"
            .formatted(++lastOp, session, linearizable, offset));
    return lastOp;
  }

  Script readOk(long op, long end, String... keys) {
    return readOk("r", op, "'end':%d,'values':%s".formatted(end, array(keys)));
  }

  Script readOk(String process, long op, String details) {
    line(process, "ok", "read", "'op':%d,%s".formatted(op, details));
    return this;
  }

  /** The subscription "s" is claimed, and goes on at an offset; returns the operation. */
  long claim(String process, long position) {
    line(
        process,
        "invoke",
        "claim",
        "'op':%d,'session':'n1/a','subscription':'s'".formatted(++lastOp));
    line(process, "ok", "claim", "'op':%d,'offset':%d".formatted(lastOp, position));
    return lastOp;
  }

  Script deliver(long claim, long offset, String details) {
    line(
        "s",
        "invoke",
        "deliver",
        "'op':%d,'claim':%d,'offset':%d".formatted(++lastOp, claim, offset));
    line("s", "ok", "deliver", "'op':%d,'end':9,%s".formatted(lastOp, details));
    return this;
  }

  Script delivered(long claim, long offset, String... keys) {
    return deliver(claim, offset, "'values':" + array(keys));
  }

  Script commit(long claim, long offset) {
    return commit(claim, offset, "ok", "");
  }

  Script commit(long claim, long offset, String type, String error) {
    line(
        "s",
        "invoke",
        "commit",
        "'op':%d,'claim':%d,'offset':%d".formatted(++lastOp, claim, offset));
    line("s", type, "commit", "'op':%d,'error':'%s'".formatted(lastOp, error));
    return this;
  }

  static String array(String... keys) {
    return keys.length == 0 ? "[]" : "['" + String.join("','", keys) + "']";
  }

  /** In the end all nodes return the same. */
  Script finalLog(String... keys) {
    for (int i = 1; i <= 3; i++) {
      finalLogOf("n" + i, keys);
    }
    return this;
  }

  Script finalLogOf(String node, String... keys) {
    long op = read("final-" + node, node + "/z", true, 0);
    return readOk("final-" + node, op, "'end':%d,'values':%s".formatted(keys.length, array(keys)));
  }

  RecordedRun run() {
    return HistoryReader.parse(lines);
  }

  Verdict verdict() {
    return Verdict.on(run());
  }
}
