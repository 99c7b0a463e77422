package io.raftlog.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All files below a directory, in memory, to be put back after they were damaged. */
final class FileImage {
  private final Path root;
  private final Map<Path, byte[]> files = new TreeMap<>();
  private final List<Path> directories = new ArrayList<>();

  private FileImage(Path root) {
    this.root = root;
  }

  static FileImage of(Path root) throws IOException {
    FileImage image = new FileImage(root);
    for (Path path : pathsBelow(root)) {
      if (Files.isDirectory(path)) {
        image.directories.add(path);
      } else {
        image.files.put(path, Files.readAllBytes(path));
      }
    }
    return image;
  }

  /** Each directory before what is in it. */
  private static List<Path> pathsBelow(Path root) throws IOException {
    if (!Files.exists(root)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.toList();
    }
  }

  /** The files that are not empty. */
  List<Path> files() {
    return files.keySet().stream().filter(file -> bytesOf(file).length > 0).toList();
  }

  private byte[] bytesOf(Path file) {
    return files.getOrDefault(file, new byte[0]);
  }

  void restore() throws IOException {
    List<Path> paths = new ArrayList<>(pathsBelow(root));
    paths.sort(Comparator.reverseOrder());
    for (Path path : paths) {
      Files.delete(path);
    }
    for (Path directory : directories) {
      Files.createDirectories(directory);
    }
    for (Map.Entry<Path, byte[]> file : files.entrySet()) {
      Files.write(file.getKey(), file.getValue());
    }
  }

  /** All files, empty ones too. */
  List<Path> all() {
    return List.copyOf(files.keySet());
  }

  /** Flips a bit of a file, in each file as often as in the others, and says which. */
  String flipOneBit(int number) throws IOException {
    Random random = new Random(number);
    Path file = files().get(number % files().size());
    byte[] bytes = bytesOf(file).clone();
    int position = random.nextInt(bytes.length);
    int bit = random.nextInt(Byte.SIZE);
    bytes[position] ^= (byte) (1 << bit);
    Files.write(file, bytes);
    return "flipped bit " + bit + " of byte " + position + " of " + bytes.length + " in " + file;
  }
}
