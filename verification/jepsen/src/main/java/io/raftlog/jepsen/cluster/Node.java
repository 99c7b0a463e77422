package io.raftlog.jepsen.cluster;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import io.raftlog.jepsen.client.Answer;
import io.raftlog.jepsen.client.NodeConnection;
import io.raftlog.jepsen.node.NodeMain;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.utility.DockerImageName;

/** One container and what can be done to it. Everything blocks until it is done. */
final class Node {
  /** The engine gives up soon to freeze a process that waits for its disk. */
  private static final int MAX_FREEZES = 20;

  private static final long FREEZE_PAUSE_MILLIS = 250;

  /** Containers are waited for by asking the node, each time that they start. */
  static final WaitStrategy NO_WAIT =
      new AbstractWaitStrategy() {
        @Override
        protected void waitUntilReady() {}
      };

  private static final int STOP_SECONDS = 30;
  private static final long ASK_MILLIS = 2_000;
  private static final long POLL_MILLIS = 50;

  private final String name;
  private final String address;
  private final Volume volume;
  private final NodeLinks links;
  private final Path clock;
  private final GenericContainer<?> container;
  private final DockerClient docker = DockerClientFactory.instance().client();

  /**
   * Describes one; {@link #create} makes it.
   *
   * @param script what runs in it
   */
  Node(
      ClusterSetting setting,
      Capabilities capabilities,
      String name,
      String address,
      Volume volume,
      String script)
      throws IOException {
    this.name = name;
    this.address = address;
    this.volume = volume;
    this.links = new NodeLinks(this, capabilities);
    this.clock = Files.writeString(setting.directory("clocks").resolve(name), "+0\n");
    this.container =
        new GenericContainer<>(DockerImageName.parse(setting.image()))
            .withNetworkMode(setting.network())
            .withCommand("sh", "-c", script)
            .withFileSystemBind(setting.directory("classes").toString(), "/app", BindMode.READ_ONLY)
            .withFileSystemBind(setting.directory("nodes").toString(), "/logs", BindMode.READ_WRITE)
            .withFileSystemBind(
                setting.directory("clocks").toString(), "/clocks", BindMode.READ_ONLY)
            .withFileSystemBind(volume.directory().toString(), "/data", BindMode.READ_WRITE)
            .withCreateContainerCmdModifier(
                command -> {
                  hostConfig(command).withCapAdd(Capability.NET_ADMIN);
                  command.withHostName(name).withIpv4Address(address);
                })
            .waitingFor(NO_WAIT);
  }

  static HostConfig hostConfig(CreateContainerCmd command) {
    return Objects.requireNonNull(command.getHostConfig());
  }

  String name() {
    return name;
  }

  String address() {
    return address;
  }

  Volume volume() {
    return volume;
  }

  NodeLinks links() {
    return links;
  }

  InetSocketAddress control() {
    return new InetSocketAddress(address, NodeMain.CONTROL_PORT);
  }

  /** Makes the container and starts it for the first time. */
  void create() {
    container.start();
  }

  void start() {
    links.areFresh();
    docker.startContainerCmd(container.getContainerId()).exec();
  }

  /** kill -9. */
  void kill() {
    docker.killContainerCmd(container.getContainerId()).exec();
    awaitEnd();
  }

  /** Asks the process to end, and waits for it. */
  void stop() {
    docker.stopContainerCmd(container.getContainerId()).withTimeout(STOP_SECONDS).exec();
    awaitEnd();
  }

  private void awaitEnd() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
    while (isAlive() && System.nanoTime() - deadline < 0) {
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  void pause() {
    for (int attempt = 1; ; attempt++) {
      try {
        docker.pauseContainerCmd(container.getContainerId()).exec();
        return;
      } catch (InternalServerErrorException notFrozen) {
        if (attempt == MAX_FREEZES) {
          throw notFrozen;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(FREEZE_PAUSE_MILLIS));
      }
    }
  }

  void resume() {
    docker.unpauseContainerCmd(container.getContainerId()).exec();
  }

  /** Whether the container's process runs, or is paused. */
  boolean isAlive() {
    return Boolean.TRUE.equals(
        docker.inspectContainerCmd(container.getContainerId()).exec().getState().getRunning());
  }

  /** Runs a shell command in the container. */
  Container.ExecResult execute(String command) {
    try {
      return container.execInContainer("sh", "-c", command);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(command + " on " + name, e);
    } catch (IOException e) {
      throw new IllegalStateException(command + " on " + name, e);
    }
  }

  /** Sets the wall clock that the process sees, within a second. */
  void shiftClock(int seconds) throws IOException {
    Files.writeString(clock, (seconds < 0 ? "" : "+") + seconds + "\n");
  }

  /** Asks the node something; empty when it does not answer. */
  Optional<Answer> ask(String request) throws InterruptedException {
    try (NodeConnection connection = NodeConnection.open(control())) {
      Answer answer = connection.ask(request, ASK_MILLIS);
      return answer.ok() ? Optional.of(answer) : Optional.empty();
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }

  /** Waits until the node answers; false when it does not in time. */
  boolean awaitAnswer(long seconds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() - deadline < 0) {
      if (ask("status").isPresent()) {
        return true;
      }
      if (!isAlive()) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return false;
  }

  /** Removes the container and its volume. */
  void remove() throws IOException {
    container.stop();
    volume.delete();
  }
}
