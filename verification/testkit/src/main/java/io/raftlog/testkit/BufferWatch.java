package io.raftlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Remembers what buffers looked like, to tell whether somebody changed them. */
final class BufferWatch {
  private record Seen(
      ByteBuffer buffer, int position, int limit, ByteOrder order, ByteBuffer all) {}

  private final List<Seen> seen = new ArrayList<>();

  static BufferWatch over(Iterable<ByteBuffer> buffers) {
    BufferWatch watch = new BufferWatch();
    for (ByteBuffer buffer : buffers) {
      watch.seen.add(
          new Seen(buffer, buffer.position(), buffer.limit(), buffer.order(), everything(buffer)));
    }
    return watch;
  }

  /** All bytes up to the capacity, not only those between position and limit. */
  private static ByteBuffer everything(ByteBuffer buffer) {
    byte[] all = new byte[buffer.capacity()];
    buffer.duplicate().clear().get(all);
    return ByteBuffer.wrap(all);
  }

  void assertUnchanged() {
    for (int i = 0; i < seen.size(); i++) {
      Seen before = seen.get(i);
      ByteBuffer buffer = before.buffer();
      assertThat(buffer.position()).as("position of buffer %d", i).isEqualTo(before.position());
      assertThat(buffer.limit()).as("limit of buffer %d", i).isEqualTo(before.limit());
      assertThat(buffer.order()).as("byte order of buffer %d", i).isEqualTo(before.order());
      assertThat(everything(buffer).equals(before.all()))
          .as("buffer %d has the same bytes", i)
          .isTrue();
    }
  }
}
