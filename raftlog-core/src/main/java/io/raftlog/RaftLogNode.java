package io.raftlog;

import io.raftlog.internal.node.Node;
import io.raftlog.internal.node.NodeConfig;
import io.raftlog.spi.NodeStorage;
import io.raftlog.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * This process' member of a cluster: it hosts a replica of each of its logs. Thread-safe. Two nodes
 * in one JVM do not know each other.
 *
 * <pre>{@code
 * RaftLogNode node = RaftLogNode.builder("n1")
 *     .cluster("billing")
 *     .member("n1", "10.0.0.1:7400").member("n2", "10.0.0.2:7400").member("n3", "10.0.0.3:7400")
 *     .transport(NettyTransport.builder().build())
 *     .storage(RocksDbStorage.at(Path.of("data/n1")))
 *     .log("orders")
 *     .start();
 * RaftLog log = node.log("orders");
 * }</pre>
 */
public final class RaftLogNode implements AutoCloseable {
  private final Node node;

  private RaftLogNode(Node node) {
    this.node = node;
  }

  /**
   * Begins to describe a node.
   *
   * @param nodeId the node's stable id, one of the members; see {@link NodeId}
   * @return a builder
   */
  public static Builder builder(String nodeId) {
    return new Builder(nodeId);
  }

  /**
   * One of this node's logs. Does not block.
   *
   * @param logId its name, as given to the builder
   * @return the log
   * @throws IllegalArgumentException when no such log was configured
   */
  public RaftLog log(String logId) {
    RaftLog log = node.log(Objects.requireNonNull(logId, "log id must not be null"));
    if (log == null) {
      throw new IllegalArgumentException(
          "log \"" + logId + "\" is not configured on node " + node.id());
    }
    return log;
  }

  /**
   * Who this is.
   *
   * @return the node's id
   */
  public NodeId id() {
    return node.id();
  }

  /**
   * Closes the node. Blocks: appends in flight get their outcome and leadership is handed over,
   * both for an election timeout at most; then every future that is still pending fails, exactly
   * once, and threads, sockets and the data directory are released. The storage is waited for
   * without a limit until it has written what it was given: while a disk hangs, so does this. For
   * reads that are under way, and for callbacks on the node's own thread, it waits for 5 seconds
   * each: so do not close while you hold a lock that a callback needs. It does not wait for what an
   * executor of yours was handed, see {@link Builder#callbackExecutor}. Not interruptible; may be
   * called twice.
   */
  @Override
  public void close() {
    node.close();
  }

  /**
   * Collects what a node is made of; {@link #start} checks it all together. For one start: storage
   * and transport are used up by it, whether it succeeds or not. Not thread-safe.
   */
  public static final class Builder {
    private static final Pattern LOG_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int MAX_CLUSTER_ID_LENGTH = 64;

    private final List<String> faults = new ArrayList<>();
    private final String nodeId;
    private final Map<String, String> members = new LinkedHashMap<>();
    private final Map<String, LogOptions> logs = new TreeMap<>();
    private @Nullable String clusterId;
    private @Nullable Transport transport;
    private @Nullable NodeStorage storage;
    private @Nullable Executor callbacks;

    private Builder(String nodeId) {
      this.nodeId = Objects.requireNonNull(nodeId, "node id must not be null");
    }

    /**
     * Names the cluster; nodes of other clusters are refused.
     *
     * @param name 1 to 64 characters, the same on every node
     * @return this builder
     */
    public Builder cluster(String name) {
      clusterId = Objects.requireNonNull(name, "cluster id must not be null");
      return this;
    }

    /**
     * Adds a member, this node included. All nodes must be given the same members; addresses may
     * differ and may change from start to start.
     *
     * @param memberId the member's node id
     * @param address where the transport reaches it; for Netty host and port
     * @return this builder
     */
    public Builder member(String memberId, String address) {
      Objects.requireNonNull(memberId, "member id must not be null");
      Objects.requireNonNull(address, "address of member " + memberId + " must not be null");
      String other = members.putIfAbsent(memberId, address);
      if (other != null) {
        faults.add("member \"" + memberId + "\" is given twice: " + other + " and " + address);
      }
      return this;
    }

    /**
     * Sets what carries messages; the node starts and closes it.
     *
     * @param newTransport a transport that was never started
     * @return this builder
     */
    public Builder transport(Transport newTransport) {
      transport = Objects.requireNonNull(newTransport, "transport must not be null");
      return this;
    }

    /**
     * Sets where everything is kept; the node opens and closes it.
     *
     * @param newStorage a storage that was never opened
     * @return this builder
     */
    public Builder storage(NodeStorage newStorage) {
      storage = Objects.requireNonNull(newStorage, "storage must not be null");
      return this;
    }

    /**
     * Adds a log with default options.
     *
     * @param logId 1 to 64 letters, digits, dots, underscores and hyphens
     * @return this builder
     */
    public Builder log(String logId) {
      return log(logId, LogOptions.DEFAULT);
    }

    /**
     * Adds a log.
     *
     * @param logId 1 to 64 letters, digits, dots, underscores and hyphens
     * @param options its timing and limits
     * @return this builder
     */
    public Builder log(String logId, LogOptions options) {
      Objects.requireNonNull(logId, "log id must not be null");
      Objects.requireNonNull(options, "options of log " + logId + " must not be null");
      if (logs.putIfAbsent(logId, options) != null) {
        faults.add("log \"" + logId + "\" is given twice");
      }
      return this;
    }

    /**
     * Sets where futures complete. Default: one thread of the node's own, so that they complete in
     * order; a callback that blocks then delays the others, but never the log, and one that waits
     * for another future waits for ever. Callbacks may wait, or call {@link BlockingRaftLog}, only
     * with an executor of the caller's that has a thread left to complete what they wait for. Each
     * outcome is a task of its own there; on a single thread they complete in order.
     *
     * @param executor must run what it is given, sooner or later, and not on the calling thread,
     *     which may be the log's; belongs to the caller
     * @return this builder
     */
    public Builder callbackExecutor(Executor executor) {
      callbacks = Objects.requireNonNull(executor, "callback executor must not be null");
      return this;
    }

    /**
     * Checks everything and starts the node. Blocks while the storage is opened and the address is
     * bound; does not wait for other nodes or a leader. To start a node again, make another builder
     * with a new storage and transport.
     *
     * @return the running node
     * @throws IllegalArgumentException naming everything that is wrong with this description;
     *     nothing was opened
     * @throws NodeStartException when it cannot start; everything has been released again, but for
     *     a storage or transport that is in use by another node
     * @throws IllegalStateException when the storage or the transport notices that it was started
     *     or closed before, as by an earlier call
     */
    public RaftLogNode start() {
      return new RaftLogNode(Node.start(check()));
    }

    private NodeConfig check() {
      List<String> found = new ArrayList<>(faults);
      NodeId id = nodeId(nodeId, found);
      Map<NodeId, String> checkedMembers = new TreeMap<>();
      Map<String, String> idByAddress = new TreeMap<>();
      members.forEach(
          (memberId, address) -> {
            NodeId member = nodeId(memberId, found);
            if (member != null) {
              checkedMembers.put(member, address);
            }
            String other = idByAddress.putIfAbsent(address, memberId);
            if (other != null) {
              found.add(
                  "members " + other + " and " + memberId + " have the same address " + address);
            }
          });
      if (id != null && !checkedMembers.containsKey(id)) {
        found.add("node \"" + id + "\" is not among the members " + checkedMembers.keySet());
      }
      if (checkedMembers.size() > NodeConfig.MAX_MEMBERS) {
        found.add(
            "there are "
                + checkedMembers.size()
                + " members, at most "
                + NodeConfig.MAX_MEMBERS
                + " are possible; three or five are usual");
      }
      for (String logId : logs.keySet()) {
        if (!LOG_ID.matcher(logId).matches()) {
          found.add(
              "log id must be 1 to 64 letters, digits, '.', '_' or '-', but is \"" + logId + "\"");
        }
      }
      String cluster = clusterId == null ? "" : clusterId;
      if (cluster.isBlank()
          || cluster.length() > MAX_CLUSTER_ID_LENGTH
          || !StandardCharsets.UTF_8.newEncoder().canEncode(cluster)) {
        found.add(
            "cluster(...) must name the cluster with 1 to 64 Unicode characters, is \""
                + cluster
                + "\"");
      }
      if (logs.isEmpty()) {
        found.add("log(...) must name at least one log");
      }
      Transport givenTransport = transport;
      if (givenTransport == null) {
        found.add("transport(...) is missing");
      }
      NodeStorage givenStorage = storage;
      if (givenStorage == null) {
        found.add("storage(...) is missing");
      }
      if (id == null || givenTransport == null || givenStorage == null || !found.isEmpty()) {
        throw new IllegalArgumentException("node cannot start: " + String.join("; ", found));
      }
      return new NodeConfig(
          id, cluster, checkedMembers, givenTransport, givenStorage, logs, callbacks);
    }

    private static @Nullable NodeId nodeId(String value, List<String> faults) {
      try {
        return new NodeId(value);
      } catch (IllegalArgumentException e) {
        faults.add(String.valueOf(e.getMessage()));
        return null;
      }
    }
  }
}
