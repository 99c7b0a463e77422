package io.raftlog.netty;

import io.netty.util.NetUtil;
import java.util.regex.Pattern;

/**
 * Where a node listens, as written by the application: {@code host:port} or {@code [ipv6]:port}.
 *
 * @param host a name or an IP literal, without brackets
 * @param port 1 to 65535
 */
record Address(String host, int port) {
  private static final int MAX_PORT = 65_535;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})");
  private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  /**
   * Parses an address.
   *
   * @throws IllegalArgumentException when it is none; the message says what is wrong with it
   */
  static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("has no port, expected host:port");
    }
    String host = parseHost(text.substring(0, colon));
    String port = text.substring(colon + 1);
    if (!PORT.matcher(port).matches()) {
      throw new IllegalArgumentException("has no number after the last colon, expected host:port");
    }
    int number = Integer.parseInt(port);
    if (number < 1 || number > MAX_PORT) {
      throw new IllegalArgumentException("has port " + number + ", expected 1 to " + MAX_PORT);
    }
    return new Address(host, number);
  }

  private static String parseHost(String text) {
    if (text.startsWith("[") && text.endsWith("]")) {
      String host = text.substring(1, text.length() - 1);
      if (!NetUtil.isValidIpV6Address(host)) {
        throw new IllegalArgumentException("has no IPv6 address between its brackets");
      }
      return host;
    }
    if (text.indexOf(':') >= 0) {
      throw new IllegalArgumentException("has several colons; write IPv6 as [address]:port");
    }
    if (!NAME.matcher(text).matches()) {
      throw new IllegalArgumentException("has no valid host before the colon");
    }
    if (DIGITS_AND_DOTS.matcher(text).matches() && !NetUtil.isValidIpV4Address(text)) {
      throw new IllegalArgumentException("has no valid IPv4 address before the colon");
    }
    return text;
  }

  /** Whether the host is an IP address, so that no name service need be asked. */
  boolean isLiteral() {
    return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
  }

  @Override
  public String toString() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}
