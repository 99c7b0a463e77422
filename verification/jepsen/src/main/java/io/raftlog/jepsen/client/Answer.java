package io.raftlog.jepsen.client;

import java.util.List;

/**
 * What a node answered.
 *
 * @param kind whether it succeeded
 * @param fields what follows that in the line
 */
public record Answer(Kind kind, List<String> fields) {
  /** How requests end. */
  public enum Kind {
    /** It succeeded. */
    OK,
    /** It definitely had no effect. */
    FAIL,
    /** It may have an effect. */
    INFO
  }

  /** There was no answer: the connection broke, or took too long. */
  static final Answer NONE = new Answer(Kind.INFO, List.of("NoAnswer", "-1"));

  static Answer parse(String[] line) {
    Kind kind =
        switch (line[1]) {
          case "ok" -> Kind.OK;
          case "fail" -> Kind.FAIL;
          default -> Kind.INFO;
        };
    return new Answer(kind, List.of(line).subList(2, line.length));
  }

  /** Whether it succeeded. */
  public boolean ok() {
    return kind == Kind.OK;
  }

  /** A field as a number. */
  public long number(int field) {
    return Long.parseLong(fields.get(field));
  }
}
