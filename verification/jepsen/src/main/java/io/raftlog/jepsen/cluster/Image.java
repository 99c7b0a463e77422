package io.raftlog.jepsen.cluster;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.builder.ImageFromDockerfile;

/**
 * What containers are made of: a Java runtime, and the tools of the nemesis. Our own classes are
 * mounted, so that they are always those that were just compiled.
 */
final class Image {
  private static final String OWN = "raftlog-jepsen";
  private static final long BUILD_SECONDS = 300;

  private static final String INSTALL =
      "command -v iptables >/dev/null || (apt-get update"
          + " && apt-get install -y --no-install-recommends iptables iproute2 faketime)";

  private Image() {}

  /**
   * Makes one, unless it is there already.
   *
   * @param base a public image with a JRE on Debian or Ubuntu, into which the tools are installed;
   *     empty to assemble one from what this machine has
   * @param work a directory for what is needed meanwhile
   * @return its name
   */
  static String make(String base, Path work) throws IOException, InterruptedException {
    if (!base.isEmpty()) {
      return new ImageFromDockerfile(OWN + "-on-base", false)
          .withDockerfileFromBuilder(dockerfile -> dockerfile.from(base).run(INSTALL).build())
          .get();
    }
    String script = script();
    String name = OWN + ":" + Integer.toHexString((script + Runtime.version()).hashCode());
    DockerClient docker = DockerClientFactory.instance().client();
    try {
      docker.inspectImageCmd(name).exec();
      return name;
    } catch (NotFoundException toBeMade) {
      assemble(script, name, work);
      return name;
    }
  }

  private static String script() throws IOException {
    try (InputStream in = Image.class.getResourceAsStream("/assemble-image.sh")) {
      if (in == null) {
        throw new IllegalStateException("assemble-image.sh is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assemble(String script, String name, Path work)
      throws IOException, InterruptedException {
    Path file = Files.writeString(work.resolve("assemble-image.sh"), script);
    Path tar = work.resolve("image.tar");
    Process process =
        new ProcessBuilder(
                "bash",
                file.toString(),
                System.getProperty("java.home"),
                work.resolve("image").toString(),
                tar.toString())
            .inheritIO()
            .start();
    if (!process.waitFor(BUILD_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("the image could not be assembled");
    }
    new ImageFromDockerfile(name, false)
        .withFileFromString("Dockerfile", "FROM scratch\nADD image.tar /\n")
        .withFileFromPath("image.tar", tar)
        .get();
    Files.delete(tar);
  }
}
