package io.raftlog.jepsen.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What all nodes share.
 *
 * @param image what containers are made of
 * @param network which they are in
 * @param folder of the run
 */
record ClusterSetting(String image, String network, Path folder) {
  /** A directory in the run's folder. */
  Path directory(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name).toAbsolutePath());
  }
}
