package io.raftlog.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * What tells a file from its copies: the file system gives it to a new file, keeps it when the file
 * is renamed, and lets nobody choose it.
 *
 * <p>The device's number is not part of it, although it would tell file systems apart: it may
 * change from boot to boot.
 *
 * @param inode the inode number, or 0 when there is none
 * @param birthMillis when the file was made, in milliseconds since 1970, or 0 when nobody knows
 */
record FileWitness(long inode, long birthMillis) {
  /** A time at which no file of ours was made. */
  private static final FileTime LONG_AGO = FileTime.fromMillis(1000);

  /**
   * Prepares a file to be asked for its witness. Where the time of birth is not known, Java gives
   * the time of the last modification instead; they are told apart by setting that one.
   */
  static void prepare(Path file) throws IOException {
    Files.setLastModifiedTime(file, LONG_AGO);
  }

  static FileWitness of(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    boolean hasInodes = file.getFileSystem().supportedFileAttributeViews().contains("unix");
    boolean hasBirths = !attributes.creationTime().equals(attributes.lastModifiedTime());
    return new FileWitness(
        hasInodes ? (Long) Files.getAttribute(file, "unix:ino") : 0,
        hasBirths ? attributes.creationTime().toMillis() : 0);
  }

  /** Whether both can be of one file; what one of them does not know is not compared. */
  boolean matches(FileWitness other) {
    return matches(inode, other.inode) && matches(birthMillis, other.birthMillis);
  }

  private static boolean matches(long mine, long others) {
    return mine == 0 || others == 0 || mine == others;
  }
}
