package io.raftlog.benchmarks.failover;

import com.google.gson.Gson;
import io.raftlog.benchmarks.contender.AppliedNumbers;
import io.raftlog.benchmarks.contender.ContenderKind;
import io.raftlog.benchmarks.contender.Payloads;
import io.raftlog.benchmarks.contender.Replica;
import io.raftlog.benchmarks.contender.Seat;
import io.raftlog.benchmarks.contender.SeenNumbers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * One replica in a process of its own, which appends whenever it can, from when it is told to start
 * until it is told to stop, or killed. It says what happens in lines that begin with {@link #MARK},
 * and obeys the words on its standard input; it ends with the process that started it, when there
 * is no more input.
 */
public final class ReplicaMain {
  /** Begins the lines that are meant for {@link ReplicaProcess}. */
  static final String MARK = "@";

  static final String READY = "ready";
  static final String ACKNOWLEDGED = "acknowledged";
  static final String STATE = "state";
  static final String START = "start";
  static final String STOP = "stop";
  static final String AUDIT = "audit";

  private static final PrintStream OUT = System.out;

  private ReplicaMain() {}

  /** Runs {@code KIND REPLICA PORTS DIRECTORY TUNED PAYLOAD_BYTES FIRST_NUMBER}. */
  public static void main(String[] arguments) {
    int code = 0;
    try {
      ContenderKind kind = ContenderKind.of(arguments[0]);
      List<Integer> ports = Arrays.stream(arguments[2].split(",")).map(Integer::valueOf).toList();
      Seat seat =
          new Seat(
              Integer.parseInt(arguments[1]),
              ports,
              Path.of(arguments[3]),
              Boolean.parseBoolean(arguments[4]));
      Payloads payloads = new Payloads(Integer.parseInt(arguments[5]));
      AppliedNumbers applied = new AppliedNumbers();
      applied.expect(payloads.create(0));
      Replica replica = kind.replica().orElseThrow().start(seat, applied);
      say(READY + " " + new Gson().toJson(replica.timing()));
      AppendLoop load =
          new AppendLoop(
              replica,
              payloads,
              Long.parseLong(arguments[6]),
              (number, called, acknowledged) ->
                  say(ACKNOWLEDGED + " " + number + " " + called + " " + acknowledged));
      obey(replica, payloads, load);
    } catch (Exception e) {
      e.printStackTrace();
      code = 1;
    }
    System.exit(code);
  }

  private static void obey(Replica replica, Payloads payloads, AppendLoop load) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> words = List.of(line.split(" "));
      switch (words.get(0)) {
        case STATE -> say(STATE + " " + replica.leads() + " " + replica.records());
        case START -> load.start();
        case STOP -> load.stop();
        case AUDIT -> say(audit(replica.seen(payloads), words.subList(1, words.size())));
        default -> throw new IOException("not understood: " + line);
      }
    }
  }

  private static String audit(SeenNumbers seen, List<String> acknowledged) {
    // Read before the rest, which it makes visible.
    boolean empty = seen.count() == 0;
    long lost = NumberRanges.missing(acknowledged, empty ? new SeenNumbers() : seen);
    return AUDIT + " " + lost + " " + seen.duplicates() + " " + seen.foreign();
  }

  /** In one write, so that what libraries print does not get into a line. */
  private static void say(String text) {
    byte[] line = (MARK + text + "\n").getBytes(StandardCharsets.UTF_8);
    OUT.write(line, 0, line.length);
    OUT.flush();
  }
}
