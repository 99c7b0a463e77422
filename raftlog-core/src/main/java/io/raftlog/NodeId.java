package io.raftlog;

import java.util.regex.Pattern;

/**
 * The stable name of a node in its cluster, for instance {@code n1}. It is never an address: a node
 * keeps its id when it moves to another host.
 *
 * @param value 1 to 64 characters out of letters, digits, dot, underscore and hyphen
 */
public record NodeId(String value) implements Comparable<NodeId> {
  /** The longest id, in characters; it travels in every handshake. */
  public static final int MAX_LENGTH = 64;

  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1," + MAX_LENGTH + "}");

  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException when the value is empty, too long, or has another character
   */
  public NodeId {
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "node id must be 1 to 64 letters, digits, '.', '_' or '-', but is \"" + value + "\"");
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
