package io.raftlog.netty;

import io.raftlog.spi.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Frames to send, and what is in received ones. */
final class Frames {
  private Frames() {}

  static Frame control(String header) {
    return new Frame(Frame.Priority.CONTROL, bytesOf(header), List.of());
  }

  static Frame bulk(String header, ByteBuffer... body) {
    return new Frame(Frame.Priority.BULK, bytesOf(header), List.of(body));
  }

  static Frame numbered(Frame.Priority priority, long number) {
    return new Frame(priority, ByteBuffer.allocate(8).putLong(number).flip(), List.of());
  }

  static ByteBuffer bytesOf(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static ByteBuffer random(int bytes, long seed) {
    byte[] array = new byte[bytes];
    new Random(seed).nextBytes(array);
    return ByteBuffer.wrap(array);
  }

  static String header(Frame frame) {
    return StandardCharsets.UTF_8.decode(frame.header().duplicate()).toString();
  }

  static long number(Frame frame) {
    return frame.header().getLong(frame.header().position());
  }

  static ByteBuffer body(Frame frame) {
    ByteBuffer all = ByteBuffer.allocate(frame.bodyBytes());
    frame.body().forEach(part -> all.put(part.duplicate()));
    return all.flip();
  }
}
