package io.raftlog.jepsen.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Takes connections of the harness. Each has two threads: one reads requests, one writes answers.
 */
final class ControlServer {
  /** Answers that wait to be written; more than a client ever has requests without an answer. */
  private static final int MAX_ANSWERS = 10_000;

  private final String session;
  private final Commands commands;

  ControlServer(String session, Commands commands) {
    this.session = session;
    this.commands = commands;
  }

  /** Accepts connections until the process ends. */
  void listen(int port) throws IOException {
    try (ServerSocket server = new ServerSocket(port)) {
      while (true) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        new Connection(socket).start();
      }
    }
  }

  private final class Connection {
    private final Socket socket;
    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(MAX_ANSWERS);

    Connection(Socket socket) {
      this.socket = socket;
    }

    void start() {
      answer("hello " + session);
      new Thread(this::read, "control-reader").start();
      new Thread(this::write, "control-writer").start();
    }

    private void answer(String line) {
      if (!answers.offer(line)) {
        close();
      }
    }

    private void read() {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
        @Nullable String line;
        while ((line = lines.readLine()) != null) {
          commands.execute(line, this::answer);
        }
      } catch (IOException gone) {
        // The harness closed the connection, or was cut off; it knows.
      } finally {
        close();
        answer("");
      }
    }

    private void write() {
      try (Writer out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8)) {
        while (!socket.isClosed()) {
          out.write(answers.take());
          out.write('\n');
          if (answers.isEmpty()) {
            out.flush();
          }
        }
      } catch (IOException gone) {
        // As above.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        close();
      }
    }

    private void close() {
      try {
        socket.close();
      } catch (IOException e) {
        // Nothing is lost that was not lost before.
      }
    }
  }
}
