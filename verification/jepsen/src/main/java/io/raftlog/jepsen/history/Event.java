package io.raftlog.jepsen.history;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.raftlog.simulation.checkers.RecordKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a history.
 *
 * @param micros when, since the run began
 * @param process which client, or {@code nemesis}
 * @param type what kind of event
 * @param f what was done
 * @param op the operation, which its completion shares; 0 for what has none
 * @param details everything else, by name
 */
public record Event(long micros, String process, Type type, String f, long op, JsonObject details) {
  /** Jepsen's kinds of events. */
  public enum Type {
    /** A call. */
    INVOKE,
    /** It succeeded. */
    OK,
    /** It definitely had no effect. */
    FAIL,
    /** It may have had an effect; or something that no client did. */
    INFO
  }

  /** Appends records. */
  public static final String APPEND = "append";

  /** Reads some records. */
  public static final String READ = "read";

  /** Becomes the owner of a durable subscription. */
  public static final String CLAIM = "claim";

  /** Takes what a durable subscription has delivered. */
  public static final String DELIVER = "deliver";

  /** Commits a position of a durable subscription. */
  public static final String COMMIT = "commit";

  /** Begins to strike. */
  public static final String STRIKE = "strike";

  /** Ends a strike. */
  public static final String HEAL = "heal";

  /** What a strike came to. */
  public static final String STRUCK = "struck";

  /** What of the cluster works. */
  public static final String STATE = "state";

  /** Clients begin to work, or end. */
  public static final String WORKLOAD = "workload";

  /** A node's process has ended by itself. */
  public static final String DIED = "died";

  /** A node did not start again. */
  public static final String NOT_STARTED = "not-started";

  /** A client had something without an outcome when everything was healed. */
  public static final String UNRESOLVED = "unresolved";

  /** A node could not be read completely in the end. */
  public static final String NOT_READ = "not-read";

  /** How processes are called that read a whole node in the end, with the node's name after it. */
  public static final String FINAL = "final-";

  private static final Pattern KEY = Pattern.compile("(.+)/(-?\\d+)v(-?\\d+)");

  /** Parses a line. */
  static Event parse(String line) {
    JsonObject object = JsonParser.parseString(line).getAsJsonObject();
    long op = object.has("op") ? object.get("op").getAsLong() : 0;
    return new Event(
        object.get("t").getAsLong(),
        object.get("process").getAsString(),
        Type.valueOf(object.get("type").getAsString().toUpperCase(Locale.ROOT)),
        object.get("f").getAsString(),
        op,
        object);
  }

  /** The line. */
  String toLine() {
    JsonObject object = new JsonObject();
    object.addProperty("t", micros);
    object.addProperty("process", process);
    object.addProperty("type", type.name().toLowerCase(Locale.ROOT));
    object.addProperty("f", f);
    if (op != 0) {
      object.addProperty("op", op);
    }
    details.entrySet().forEach(entry -> object.add(entry.getKey(), entry.getValue()));
    return object.toString();
  }

  /** A detail that is there. */
  public long number(String name) {
    return details.get(name).getAsLong();
  }

  /** A detail, or what it is when it is not there. */
  public long number(String name, long otherwise) {
    JsonElement element = details.get(name);
    return element == null ? otherwise : element.getAsLong();
  }

  /** A detail, empty when it is not there. */
  public String text(String name) {
    JsonElement element = details.get(name);
    return element == null ? "" : element.getAsString();
  }

  /** A list, empty when it is not there. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    JsonElement element = details.get(name);
    if (element != null) {
      element.getAsJsonArray().forEach(one -> texts.add(one.getAsString()));
    }
    return texts;
  }

  /** A record's key, as {@link RecordKey#toString} writes it. */
  static RecordKey key(String text) {
    Matcher matcher = KEY.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a record's key: " + text);
    }
    return new RecordKey(
        matcher.group(1), Long.parseLong(matcher.group(2)), Integer.parseInt(matcher.group(3)));
  }
}
