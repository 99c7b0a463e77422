package io.raftlog.jepsen.history;

import io.raftlog.simulation.checkers.Append;
import io.raftlog.simulation.checkers.History;
import io.raftlog.simulation.checkers.RecordKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Replays the lines of a history into what the checkers judge. */
public final class HistoryReader {
  private record Invoked(Event event, @Nullable Append append, long tick) {}

  private final History history = new History();
  private final Map<Long, Invoked> open = new HashMap<>();
  private final Map<Long, Operation> operations = new LinkedHashMap<>();
  private final List<Event> nemesis = new ArrayList<>();
  private final Map<String, List<RecordKey>> finalLogs = new TreeMap<>();

  /** Many reads return the same record; one key for all keeps a long run in memory. */
  private final Map<String, RecordKey> keys = new HashMap<>();

  private HistoryReader() {}

  /** Reads a file. */
  public static RecordedRun read(Path file) throws IOException {
    HistoryReader reader = new HistoryReader();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        reader.replay(Event.parse(line));
      }
    }
    return reader.finish();
  }

  /** Reads lines. */
  public static RecordedRun parse(List<String> lines) {
    HistoryReader reader = new HistoryReader();
    lines.forEach(line -> reader.replay(Event.parse(line)));
    return reader.finish();
  }

  private RecordedRun finish() {
    return new RecordedRun(
        List.copyOf(operations.values()), nemesis, history, Map.copyOf(finalLogs));
  }

  private void replay(Event event) {
    if (event.op() == 0) {
      nemesis.add(event);
    } else if (event.type() == Event.Type.INVOKE) {
      invoke(event);
    } else {
      complete(event);
    }
  }

  private void invoke(Event event) {
    operations.put(event.op(), new Operation(event, null));
    Invoked invoked =
        event.f().equals(Event.APPEND)
            ? new Invoked(
                event,
                history.invoke(
                    event.text("session"), key(event.text("key")), (int) event.number("count")),
                0)
            : new Invoked(event, null, history.tick());
    open.put(event.op(), invoked);
  }

  private void complete(Event event) {
    Invoked invoked = open.remove(event.op());
    if (invoked == null) {
      throw new IllegalArgumentException("completed without an invocation: " + event.toLine());
    }
    operations.put(event.op(), new Operation(invoked.event(), event));
    Append append = invoked.append();
    if (event.f().equals(Event.READ)) {
      read(invoked, event);
    } else if (event.f().equals(Event.DELIVER)) {
      delivered(invoked.event(), event);
    } else if (append == null) {
      return; // a claim or a commit, of which only the operation is of interest
    } else if (event.type() == Event.Type.OK) {
      history.acknowledged(append, event.number("offset"), event.text("outcome"));
    } else {
      history.failed(append, event.type() == Event.Type.FAIL, event.text("error"));
    }
  }

  private void read(Invoked invoked, Event event) {
    if (event.type() == Event.Type.OK) {
      List<RecordKey> records = event.texts("values").stream().map(this::key).toList();
      long offset = invoked.event().number("offset");
      seen(invoked, records, event.number("end"));
      if (event.process().startsWith(Event.FINAL)) {
        addFinal(event.process().substring(Event.FINAL.length()), offset, records);
      }
    } else if (event.text("error").equals("OffsetOutOfRangeException")) {
      seen(invoked, List.of(), event.number("detail"));
    }
  }

  /** Each claim is a subscriber of its own: whoever claims again gets some records again. */
  private void delivered(Event invoked, Event answer) {
    long offset = invoked.number("offset");
    List<String> offsets = answer.texts("offsets");
    List<String> values = answer.texts("values");
    for (int i = 0; i < values.size(); i++) {
      history.delivered(
          "claim " + invoked.number("claim"),
          offsets.isEmpty() ? offset + i : Long.parseLong(offsets.get(i)),
          key(values.get(i)));
    }
  }

  private void seen(Invoked invoked, List<RecordKey> records, long end) {
    history.read(
        invoked.event().text("session"),
        invoked.event().text("linearizable").equals("true"),
        invoked.event().number("offset"),
        records,
        end,
        invoked.tick());
  }

  private void addFinal(String node, long offset, List<RecordKey> records) {
    List<RecordKey> log = finalLogs.computeIfAbsent(node, any -> new ArrayList<>());
    if (log.size() != offset) {
      throw new IllegalArgumentException(
          "the final read of " + node + " continues at " + offset + ", not at " + log.size());
    }
    log.addAll(records);
  }

  private RecordKey key(String text) {
    return keys.computeIfAbsent(text, Event::key);
  }
}
