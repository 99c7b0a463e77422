package io.raftlog.benchmarks.report;

import java.util.Locale;

/** How figures are written: three digits that mean something. */
final class Figures {
  private Figures() {}

  /** A number of things. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  /** Microseconds, written in milliseconds. */
  static String millis(double micros) {
    return number(micros / 1e3);
  }

  /** A size in bytes. */
  static String bytes(int bytes) {
    if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + " MiB";
    }
    return bytes >= 1 << 10 && bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
  }
}
