package io.raftlog.jepsen.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * What can be done on this machine. Each is empty if it can, else says why not.
 *
 * @param rules packet filter rules in a container
 * @param netem the kernel's shaping of traffic in a container
 * @param volumes file systems of our own, which can be filled and lose power
 * @param clock setting the clock that a container's processes see
 */
public record Capabilities(String rules, String netem, String volumes, String clock) {
  /** Where Debian and Ubuntu have the library that shifts a process's clock. */
  static final String FAKETIME = "/usr/lib/$(uname -m)-linux-gnu/faketime/libfaketimeMT.so.1";

  /** Asks in a container, and on this machine. */
  static Capabilities probe(String image, Path work) throws IOException, InterruptedException {
    try (GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))) {
      container
          .withCommand("sh", "-c", "exec sleep 120")
          .withCreateContainerCmdModifier(
              command ->
                  Node.hostConfig(command)
                      .withCapAdd(com.github.dockerjava.api.model.Capability.NET_ADMIN))
          .waitingFor(Node.NO_WAIT);
      container.start();
      return new Capabilities(
          obstacle(container, "iptables -A INPUT -s 192.0.2.1 -j DROP"),
          obstacle(container, "/usr/sbin/tc qdisc replace dev eth0 root netem delay 1ms"),
          Volume.obstacle(work),
          obstacle(container, "test -e " + FAKETIME));
    }
  }

  private static String obstacle(GenericContainer<?> container, String command)
      throws IOException, InterruptedException {
    Container.ExecResult result = container.execInContainer("sh", "-c", command);
    return result.getExitCode() == 0
        ? ""
        : (command + ": " + result.getStdout() + result.getStderr()).strip();
  }

  /** What cannot be done, a line each. */
  public List<String> missing() {
    List<String> lines = new ArrayList<>();
    add(lines, "partitions, loss and duplication", rules);
    add(lines, "netem (delay and corruption by a proxy instead, no reordering)", netem);
    add(lines, "full disks and power failures", volumes);
    add(lines, "clock jumps", clock);
    return lines;
  }

  private static void add(List<String> lines, String what, String obstacle) {
    if (!obstacle.isEmpty()) {
      lines.add("SKIPPED: " + what + " (" + obstacle.replaceAll("\\s+", " ") + ")");
    }
  }
}
