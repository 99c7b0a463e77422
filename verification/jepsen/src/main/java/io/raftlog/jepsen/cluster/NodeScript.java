package io.raftlog.jepsen.cluster;

import io.raftlog.jepsen.node.NodeMain;
import java.util.Map;

/** The shell script that is a container's main process, until it becomes the node's. */
final class NodeScript {
  /** Where {@link ClassPath} puts RocksDB's library. */
  private static final String LIBRARIES = "/app/native";

  /**
   * A small heap, and quick to start: these processes are killed often. RocksDB finds its library
   * unpacked.
   */
  private static final String JVM =
      "java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError"
          + " -Djava.library.path="
          + LIBRARIES
          + " -XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED"
          + " --sun-misc-unsafe-memory-access=allow"
          + " -Dorg.slf4j.simpleLogger.defaultLogLevel=info"
          + " -Dorg.slf4j.simpleLogger.showDateTime=true"
          + " -Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS";

  private NodeScript() {}

  static String of(
      String name,
      String classPath,
      Map<String, String> addresses,
      boolean proxied,
      boolean shiftsClock) {
    StringBuilder script = new StringBuilder();
    if (shiftsClock) {
      script.append("export FAKETIME_TIMESTAMP_FILE=/clocks/").append(name);
      // Without the last one, waits with a time limit end at once, and a JVM spins.
      script.append(" FAKETIME_CACHE_DURATION=1 DONT_FAKE_MONOTONIC=1");
      script.append(" FAKETIME_FORCE_MONOTONIC_FIX=0");
      script.append(" LD_PRELOAD=").append(Capabilities.FAKETIME).append("; ");
    }
    script.append("exec ").append(JVM).append(" -cp ").append(classPath).append(' ');
    script.append(NodeMain.class.getName()).append(' ').append(name).append(" /data/node ");
    script.append(proxied ? "proxied" : "direct");
    addresses.forEach(
        (member, address) -> script.append(' ').append(member).append('=').append(address));
    return script.append(" >> /logs/").append(name).append(".log 2>&1").toString();
  }
}
