package io.raftlog.jepsen.cluster;

import io.raftlog.jepsen.client.Answer;
import io.raftlog.jepsen.client.Servers;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.testcontainers.containers.Network;

/**
 * Some nodes, and what can be done to them. Owned by the thread of the nemesis, except for {@link
 * Servers}, which clients call. Every change is told before it makes things worse, and after it has
 * made them better, so that nobody expects progress that cannot be.
 */
public final class Cluster implements Servers, Closeable {
  private static final long START_SECONDS = 120;
  private static final long POLL_MILLIS = 100;

  private final Capabilities capabilities;
  private final Network network;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, String> addresses = new TreeMap<>();
  private final Set<String> running = new ConcurrentSkipListSet<>();
  private final Set<String> up = new TreeSet<>();
  private final Set<String> paused = new TreeSet<>();
  private final Set<String> full = new TreeSet<>();
  private final Set<Topology.Direction> cut = new TreeSet<>();
  private final Map<String, LinkShape> shapes = new TreeMap<>();
  private final Consumer<Topology> listener;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Cluster(Capabilities capabilities, Network network, Consumer<Topology> listener) {
    this.capabilities = capabilities;
    this.network = network;
    this.listener = listener;
  }

  /**
   * Makes a cluster and waits until it has a leader.
   *
   * @param size how many nodes
   * @param base see {@link Image#make}
   * @param subnet of the private network, its first three numbers
   * @param mutated classes that replace ours; null for none
   * @param disk where the files are that nodes' file systems are in
   * @param folder of the run: gets the nodes' logs
   * @param listener is told what of the cluster works
   * @return the cluster
   */
  public static Cluster start(
      int size,
      String base,
      String subnet,
      List<Path> mutated,
      Path disk,
      Path folder,
      Consumer<Topology> listener)
      throws IOException, InterruptedException {
    Path work = java.nio.file.Files.createDirectories(folder.resolve("work"));
    String image = Image.make(base, work);
    Capabilities capabilities = Capabilities.probe(image, work);
    Network network =
        Network.builder()
            .createNetworkCmdModifier(
                command ->
                    command.withIpam(
                        new com.github.dockerjava.api.model.Network.Ipam()
                            .withConfig(
                                new com.github.dockerjava.api.model.Network.Ipam.Config()
                                    .withSubnet(subnet + ".0/24"))))
            .build();
    Cluster cluster = new Cluster(capabilities, network, listener);
    try {
      cluster.create(
          size, subnet, mutated, disk, new ClusterSetting(image, network.getId(), folder));
      cluster.awaitLeader(START_SECONDS);
      return cluster;
    } catch (IOException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void create(
      int size, String subnet, List<Path> mutated, Path disk, ClusterSetting setting)
      throws IOException, InterruptedException {
    for (int i = 1; i <= size; i++) {
      addresses.put("n" + i, subnet + "." + (10 + i));
    }
    String classPath = ClassPath.stage(mutated, setting.directory("classes"), "/app");
    for (Map.Entry<String, String> member : addresses.entrySet()) {
      String name = member.getKey();
      Volume volume =
          Volume.create(
              disk.resolve(setting.folder().getFileName() + "-" + name + ".ext4"),
              setting.directory("work").resolve("data-" + name),
              capabilities.volumes().isEmpty());
      String script =
          NodeScript.of(
              name,
              classPath,
              addresses,
              !capabilities.netem().isEmpty(),
              capabilities.clock().isEmpty());
      nodes.put(name, new Node(setting, capabilities, name, member.getValue(), volume, script));
    }
    for (Node node : nodes.values()) {
      node.create();
      running.add(node.name());
    }
    for (Node node : nodes.values()) {
      if (!node.awaitAnswer(START_SECONDS)) {
        throw new IllegalStateException(node.name() + " did not start; see its log");
      }
      up.add(node.name());
    }
    tell();
  }

  /** What can be done here. */
  public Capabilities capabilities() {
    return capabilities;
  }

  /** All nodes. */
  public List<String> nodes() {
    return List.copyOf(nodes.keySet());
  }

  @Override
  public List<String> running() {
    return List.copyOf(running);
  }

  @Override
  public InetSocketAddress control(String node) {
    return node(node).control();
  }

  private Node node(String name) {
    Node node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("no node " + name);
    }
    return node;
  }

  /** What works. */
  public Topology topology() {
    return new Topology(nodes(), up, cut);
  }

  private void tell() {
    listener.accept(topology());
  }

  /** The node that says that it leads, in the highest term; empty when none does. */
  public Optional<String> leader() throws InterruptedException {
    long highest = -1;
    Optional<String> leader = Optional.empty();
    for (String name : up) {
      Optional<Answer> answer = node(name).ask("status");
      if (answer.isPresent() && answer.get().fields().get(0).equals("LEADER")) {
        long term = answer.get().number(1);
        if (term > highest) {
          highest = term;
          leader = Optional.of(name);
        }
      }
    }
    return leader;
  }

  /** Waits until there is a leader. */
  public void awaitLeader(long seconds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (leader().isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("no leader after " + seconds + " s");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** kill -9, of all of them at once that run. */
  public void kill(Collection<String> given) {
    List<String> names = given.stream().filter(running::contains).toList();
    down(names);
    names.parallelStream().forEach(name -> node(name).kill());
    running.removeAll(names);
    tell();
  }

  /** Ends a node as an operator does. */
  public void stop(String name) {
    down(List.of(name));
    node(name).stop();
    running.remove(name);
    tell();
  }

  /**
   * Power fails at all of them at once that run: what was not synced is lost. The disks go first: a
   * process that was frozen or killed before would have ended the sync that it was in.
   */
  public void cutPower(Collection<String> given) {
    List<String> names = given.stream().filter(running::contains).toList();
    down(names);
    names.parallelStream().forEach(name -> node(name).volume().cutPower());
    names.parallelStream().forEach(name -> node(name).kill());
    running.removeAll(names);
    names.forEach(name -> node(name).volume().restorePower());
    tell();
  }

  private void down(Collection<String> names) {
    up.removeAll(names);
    paused.removeAll(names);
    tell();
  }

  /**
   * Starts those that have no process, unless their disk is full: such a node refuses to start, and
   * is started when it has room again.
   *
   * @return those that did not answer in time
   */
  public List<String> start(Collection<String> given) throws InterruptedException {
    List<String> names =
        given.stream().filter(name -> !running.contains(name) && !full.contains(name)).toList();
    List<String> failed = new ArrayList<>();
    names.parallelStream().forEach(name -> node(name).start());
    running.addAll(names);
    for (String name : names) {
      if (node(name).awaitAnswer(START_SECONDS)) {
        up.add(name);
      } else {
        failed.add(name);
        running.removeIf(one -> one.equals(name) && !node(name).isAlive());
      }
    }
    applyLinks();
    tell();
    return failed;
  }

  /** Freezes those that work. */
  public void pause(Collection<String> given) {
    List<String> names = given.stream().filter(up::contains).toList();
    up.removeAll(names);
    paused.addAll(names);
    tell();
    names.parallelStream().forEach(name -> node(name).pause());
  }

  /** Lets those go on that are frozen. */
  public void resume(Collection<String> given) {
    List<String> names = given.stream().filter(paused::contains).toList();
    names.parallelStream().forEach(name -> node(name).resume());
    paused.removeAll(names);
    applyLinks();
    up.addAll(names);
    tell();
  }

  /** Sets the directions in which nothing arrives. */
  public void cut(Set<Topology.Direction> directions) {
    boolean worse = !cut.containsAll(directions);
    cut.clear();
    cut.addAll(directions);
    if (worse) {
      tell();
    }
    applyLinks();
    if (!worse) {
      tell();
    }
  }

  /** Sets what is done to what nodes send; nothing to those that are not named. */
  public void shape(Map<String, LinkShape> byNode) {
    shapes.clear();
    shapes.putAll(byNode);
    applyLinks();
  }

  private void applyLinks() {
    running.parallelStream().forEach(this::applyLinks);
  }

  /** A paused node does what it should when it goes on; the other end has its rules until then. */
  private void applyLinks(String name) {
    Node node = node(name);
    if (!paused.contains(name)) {
      node.links().apply(addresses, cut, shapes.getOrDefault(name, LinkShape.NONE));
    }
  }

  /** Leaves no room on a node's disk. */
  public void fillDisk(String name) {
    up.remove(name);
    full.add(name);
    tell();
    node(name).volume().fill();
  }

  /** Gives it room again; the node's process must be started anew. */
  public void freeDisk(String name) {
    try {
      node(name).volume().free();
      full.remove(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets how far a node's wall clock is off. */
  public void shiftClock(String name, int seconds) {
    try {
      node(name).shiftClock(seconds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nodes that should have a process and have none any more. */
  public List<String> dead() {
    return running.stream().filter(name -> !node(name).isAlive()).toList();
  }

  /** A node whose process has died by itself. */
  public void noticeDeath(String name) {
    down(List.of(name));
    running.remove(name);
    tell();
  }

  /** May be called twice, and by any thread. */
  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return;
    }
    for (Node node : nodes.values()) {
      node.remove();
    }
    network.close();
  }
}
