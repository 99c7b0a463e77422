package io.raftlog.jepsen.cluster;

/**
 * What is done to what a node sends to its peers.
 *
 * @param delayMillis what it takes
 * @param jitterMillis what it may take in addition
 * @param lossPercent how many packets are lost
 * @param duplicatePercent how many arrive twice
 * @param corruptPercent how many are corrupted
 * @param reorderPercent how many overtake others
 */
public record LinkShape(
    int delayMillis,
    int jitterMillis,
    int lossPercent,
    int duplicatePercent,
    int corruptPercent,
    int reorderPercent) {
  /** Nothing. */
  public static final LinkShape NONE = new LinkShape(0, 0, 0, 0, 0, 0);

  /** A packet's size, about: a proxy sees bytes only. */
  private static final int PACKET_BYTES = 1_400;

  /** For tc; reordering needs a delay, which is what the others do not have to wait for. */
  String netem() {
    if (equals(NONE)) {
      return "/usr/sbin/tc qdisc del dev eth0 root";
    }
    StringBuilder command = new StringBuilder("/usr/sbin/tc qdisc replace dev eth0 root netem");
    if (delayMillis > 0) {
      command.append(" delay ").append(delayMillis).append("ms ").append(jitterMillis).append("ms");
    }
    append(command, " loss ", lossPercent);
    append(command, " duplicate ", duplicatePercent);
    append(command, " corrupt ", corruptPercent);
    append(command, " reorder ", reorderPercent);
    return command.toString();
  }

  private static void append(StringBuilder command, String what, int percent) {
    if (percent > 0) {
      command.append(what).append(percent).append('%');
    }
  }

  /** For a proxy of the node. */
  String proxy(String peer) {
    int bytesBetweenFlips = corruptPercent == 0 ? 0 : PACKET_BYTES * 100 / corruptPercent;
    return "shape " + peer + " " + delayMillis + " " + jitterMillis + " " + bytesBetweenFlips;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (delayMillis > 0) {
      text.append(" delay ").append(delayMillis).append('±').append(jitterMillis).append("ms");
    }
    append(text, " loss ", lossPercent);
    append(text, " duplicate ", duplicatePercent);
    append(text, " corrupt ", corruptPercent);
    append(text, " reorder ", reorderPercent);
    return text.toString().strip();
  }
}
