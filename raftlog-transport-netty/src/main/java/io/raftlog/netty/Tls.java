package io.raftlog.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS for all connections of a transport: puts it between a connection's socket and its other
 * handlers, and puts into words why it failed. Any thread may call it.
 *
 * @param forDialing for the connections that this node dials
 * @param forAccepting for those that it accepts
 */
record Tls(SslContext forDialing, SslContext forAccepting) {
  /** Of a TLS record: type, version and length. */
  private static final int RECORD_HEADER_BYTES = 5;

  /** The longest reason in the log, in characters: the JDK's longest, and some names. */
  private static final int MAX_REASON_CHARS = 400;

  Tls {
    Objects.requireNonNull(forDialing, "forDialing");
    Objects.requireNonNull(forAccepting, "forAccepting");
  }

  /** What is wrong with the contexts; empty when nothing is. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (!forDialing.isClient()) {
      faults.add("tls forDialing is a server's context, must be of SslContextBuilder.forClient()");
    }
    if (forAccepting.isClient()) {
      faults.add(
          "tls forAccepting is a client's context, must be of SslContextBuilder.forServer()");
    }
    return faults;
  }

  /** Before all else on a connection that is to be dialed. */
  void dial(Channel channel, Address peer) {
    // With host and port, without which the context could not verify whose certificate it is shown.
    add(channel, forDialing.newHandler(channel.alloc(), peer.host(), peer.port()));
  }

  /** Before all else on a connection that was accepted. */
  void accept(Channel channel) {
    SslHandler handler = forAccepting.newHandler(channel.alloc());
    // Whatever the context says: without a certificate nobody may say hello.
    handler.engine().setNeedClientAuth(true);
    add(channel, handler);
  }

  private static void add(Channel channel, SslHandler handler) {
    // None of its own: the timer of the handshake, of which this is a part, bounds both together.
    handler.setHandshakeTimeoutMillis(0);
    channel.pipeline().addLast("tls", handler).addLast("close", new PromptClose(handler));
  }

  /**
   * Closes a connection when it is told to, or when TLS on it has ended.
   *
   * <p>By itself TLS first waits, for seconds, until the operating system has taken all that was
   * written and the farewell ({@code close_notify}) after it, which it never does for a peer that
   * does not read. Here the farewell is said if there is room for it, and nobody waits. Nor does
   * anybody rely on it: frames have a length, so what was cut off is not taken for something whole.
   *
   * <p>When the other end says farewell, or OpenSSL has found a record that is corrupted, nothing
   * can be exchanged any more, but TLS leaves the socket open.
   */
  // Netty's futures: what fails closes the connection, and that is what is done here.
  @SuppressWarnings("FutureReturnValueIgnored")
  private static final class PromptClose extends ChannelDuplexHandler {
    private final SslHandler handler;

    PromptClose(SslHandler handler) {
      this.handler = handler;
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
      if (ctx.channel().isActive()) {
        handler.closeOutbound();
      }
      // From there on towards the socket, so that TLS does not hear of it.
      ChannelHandlerContext tls = ctx.pipeline().context(handler);
      (tls == null ? ctx : tls).close(promise);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
      super.userEventTriggered(ctx, event);
      if (event instanceof SslCloseCompletionEvent) {
        ctx.channel().close();
      }
    }
  }

  /**
   * The failure of TLS in an exception of the pipeline, or null when it is about something else.
   */
  static @Nullable SSLException failureIn(Throwable caught) {
    Throwable cause = caught instanceof DecoderException ? caught.getCause() : caught;
    return cause instanceof SSLException failure ? failure : null;
  }

  /** Why TLS failed, for people: what the provider and the trust manager say, in one line. */
  static String reason(Throwable failure) {
    if (failure instanceof NotSslRecordException) {
      // Its message is all that was received, in hexadecimal.
      return "the other end does not speak TLS";
    }
    StringBuilder reason = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
      if (reason.indexOf(message) < 0) {
        reason.append(reason.length() == 0 ? "" : ": ").append(message);
      }
    }
    // It may quote the other end's certificate.
    return NodeLogger.printable(reason.toString(), MAX_REASON_CHARS);
  }

  /** Whether a connection has TLS, of which the handshake is not over. */
  static boolean isShakingHands(ChannelHandlerContext ctx) {
    SslHandler handler = ctx.pipeline().get(SslHandler.class);
    return handler != null && !handler.handshakeFuture().isSuccess();
  }

  /** Whether these bytes, the first ones of a connection, are TLS. */
  static boolean isRecord(ByteBuf first) {
    return first.readableBytes() >= RECORD_HEADER_BYTES && SslHandler.isEncrypted(first, false);
  }
}
