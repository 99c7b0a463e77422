package io.raftlog.internal.wire;

import io.raftlog.NodeId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The node ids seen so far, because making one matches a regular expression and the same few come
 * in every message. Thread-safe. Foreign bytes fill it, so it stops growing at {@link #CAPACITY};
 * ids beyond that are made each time.
 */
final class NodeIdCache {
  static final int CAPACITY = 256;

  private final ConcurrentMap<String, NodeId> known = new ConcurrentHashMap<>();

  NodeId of(String field, String value) {
    NodeId id = known.get(value);
    return id != null ? id : make(field, value);
  }

  int size() {
    return known.size();
  }

  private NodeId make(String field, String value) {
    if (value.isEmpty()) {
      throw new MalformedFrameException(field + " is missing");
    }
    NodeId id;
    try {
      id = new NodeId(value);
    } catch (IllegalArgumentException e) {
      // Without the value, and without a cause that has it: it goes into the log file.
      throw new MalformedFrameException(
          field + " with " + value.length() + " characters is not a node id");
    }
    // Racing threads may overshoot by one each.
    if (known.size() < CAPACITY) {
      known.put(value, id);
    }
    return id;
  }
}
