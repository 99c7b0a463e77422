package io.raftlog.jepsen.client;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a node's control port. Thread-safe. Every request gets one answer, {@link
 * Answer#NONE} when the connection breaks first.
 */
public final class NodeConnection implements Closeable {
  private record Request(long sentNanos, Consumer<Answer> handler) {}

  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

  private final Socket socket;
  private final BufferedReader in;
  private final Writer out;
  private final String session;

  /** Guards what follows and the writer. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<Long, Request> open = new HashMap<>();
  private long lastId;
  private boolean closed;

  private NodeConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    this.out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
    String greeting = in.readLine();
    if (greeting == null || !greeting.startsWith("hello ")) {
      throw new IOException("greeted with " + greeting);
    }
    this.session = greeting.substring("hello ".length());
    socket.setSoTimeout(0);
  }

  /**
   * Connects. Blocks, for a second at most, until the node has greeted.
   *
   * @param address its control port
   * @return the connection
   * @throws IOException when nobody greets there
   */
  public static NodeConnection open(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address, CONNECT_TIMEOUT_MILLIS);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(CONNECT_TIMEOUT_MILLIS);
      NodeConnection connection = new NodeConnection(socket);
      Thread reader = new Thread(connection::readAnswers, "client-reader");
      reader.setDaemon(true);
      reader.start();
      return connection;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The node, and which of its lives. */
  public String session() {
    return session;
  }

  /**
   * Sends a request.
   *
   * @param request all but its number
   * @param handler gets the answer, on a thread of this connection or on the caller's
   */
  public void send(String request, Consumer<Answer> handler) {
    lock.lock();
    try {
      if (!closed) {
        open.put(++lastId, new Request(System.nanoTime(), handler));
        out.write(lastId + " " + request + "\n");
        out.flush();
        return;
      }
    } catch (IOException broken) {
      closeQuietly(); // every handler is told, this one too
      return;
    } finally {
      lock.unlock();
    }
    handler.accept(Answer.NONE);
  }

  /** Sends a request and waits for the answer. */
  public Answer ask(String request, long timeoutMillis) throws InterruptedException {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    send(request, answer::complete);
    try {
      return answer.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      return Answer.NONE;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Breaks the connection when a request has been without an answer for too long. */
  void closeIfStuck(long maxNanos) {
    lock.lock();
    try {
      long now = System.nanoTime();
      if (open.values().stream().noneMatch(request -> now - request.sentNanos() > maxNanos)) {
        return;
      }
    } finally {
      lock.unlock();
    }
    closeQuietly();
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void readAnswers() {
    try {
      for (@Nullable String line = in.readLine(); line != null; line = in.readLine()) {
        String[] fields = line.split(" ", -1);
        Request request = take(Long.parseLong(fields[0]));
        if (request != null) {
          request.handler().accept(Answer.parse(fields));
        }
      }
    } catch (IOException broken) {
      // Every handler is told below.
    } finally {
      closeQuietly();
    }
  }

  private @Nullable Request take(long id) {
    lock.lock();
    try {
      return open.remove(id);
    } finally {
      lock.unlock();
    }
  }

  private void closeQuietly() {
    try {
      close();
    } catch (IOException e) {
      // Nothing is lost that was not lost before.
    }
  }

  @Override
  public void close() throws IOException {
    List<Request> unanswered;
    lock.lock();
    try {
      closed = true;
      unanswered = new ArrayList<>(open.values());
      open.clear();
    } finally {
      lock.unlock();
    }
    socket.close();
    unanswered.forEach(request -> request.handler().accept(Answer.NONE));
  }
}
