package io.raftlog.rocksdb;

import java.io.IOException;
import java.nio.file.Path;

/** A process that locks a directory, says so, and holds the lock until its input ends. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] args) throws IOException {
    DirectoryLock lock = DirectoryLock.acquire(Path.of(args[0]));
    System.out.println("locked");
    System.out.flush();
    while (System.in.read() >= 0) {
      // until the parent closes it, or dies
    }
    lock.close();
  }
}
