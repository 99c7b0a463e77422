import org.jspecify.annotations.NullMarked;

/**
 * A replicated log inside your own processes: {@link io.raftlog} is what an application calls,
 * {@link io.raftlog.spi} what the author of a transport or a storage implements.
 */
@NullMarked
module io.raftlog.core {
  requires org.slf4j;
  requires static org.jspecify;

  // For the protobuf that the jar contains, relocated.
  requires java.logging;
  requires jdk.unsupported;

  exports io.raftlog;
  exports io.raftlog.memory;
  exports io.raftlog.spi;
}
