package io.raftlog.jepsen.client;

import java.net.InetSocketAddress;
import java.util.List;

/** Where nodes can be reached. Thread-safe. */
public interface Servers {
  /** The nodes that have a process, running or paused. */
  List<String> running();

  /** A node's control port. */
  InetSocketAddress control(String node);
}
