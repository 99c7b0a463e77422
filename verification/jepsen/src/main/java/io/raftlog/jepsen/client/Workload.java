package io.raftlog.jepsen.client;

import io.raftlog.jepsen.history.HistoryWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What clients do. All run together, each with clients of its own; a kind of client that is added
 * gets a constant here.
 */
public enum Workload {
  /** Producers that pipeline through changing nodes. */
  APPEND {
    @Override
    List<Client> clients(Setting setting) {
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < PRODUCERS; i++) {
        int window = 8 << setting.random().nextInt(4);
        int maxBurst = 1 + setting.random().nextInt(8);
        double meanBurst = (1 + maxBurst) / 2.0 * 1.4;
        double stepMillis = 1_000 * PRODUCERS * meanBurst / setting.appendsPerSecond();
        clients.add(
            new PipelinedProducer(
                "p" + i,
                setting.random().split(),
                setting.history(),
                setting.servers(),
                stepMillis,
                window,
                maxBurst));
      }
      return clients;
    }
  },

  /** Producers that send everything twice and out of order. */
  STORM {
    @Override
    List<Client> clients(Setting setting) {
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < STORMERS; i++) {
        clients.add(
            new StormProducer(
                "storm" + i,
                setting.random().split(),
                setting.history(),
                setting.servers(),
                1_000.0 * STORMERS * 8 / setting.appendsPerSecond(),
                8));
      }
      return clients;
    }
  },

  /** Readers of both consistencies. */
  READ {
    @Override
    List<Client> clients(Setting setting) {
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        clients.add(
            new ReaderClient(
                "r" + i,
                setting.random().split(),
                setting.history(),
                setting.servers(),
                1_000.0 * READERS / setting.readsPerSecond()));
      }
      return clients;
    }
  },

  /** Consumers that share durable subscriptions, crash, and resume. */
  SUBSCRIBE {
    @Override
    List<Client> clients(Setting setting) {
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < SUBSCRIPTIONS; i++) {
        for (int j = 0; j < CONSUMERS; j++) {
          clients.add(
              new SubscriberClient(
                  "s" + i + "-" + j,
                  "s" + i,
                  setting.random().split(),
                  setting.history(),
                  setting.servers(),
                  TAKE_MILLIS));
        }
      }
      return clients;
    }
  };

  /**
   * What clients are made of.
   *
   * @param random where they get theirs from
   * @param history where they write what they did
   * @param servers where nodes are
   * @param appendsPerSecond how many appends each workload calls, about
   * @param readsPerSecond how many reads, about
   */
  public record Setting(
      SplittableRandom random,
      HistoryWriter history,
      Servers servers,
      double appendsPerSecond,
      double readsPerSecond) {}

  private static final int PRODUCERS = 8;
  private static final int STORMERS = 4;
  private static final int READERS = 6;
  private static final int SUBSCRIPTIONS = 2;

  /** How many share one subscription. */
  private static final int CONSUMERS = 2;

  private static final int TAKE_MILLIS = 50;

  abstract List<Client> clients(Setting setting);

  /** As it is called on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Clients at work. */
  public static final class Running {
    private static final long POLL_MILLIS = 100;

    /** By workload. */
    private final List<List<Client>> clients;

    /** Starts the clients of some workloads. */
    public Running(List<Workload> workloads, Setting setting) {
      clients = workloads.stream().sorted().map(workload -> workload.clients(setting)).toList();
      clients.forEach(all -> all.forEach(Client::start));
    }

    /**
     * Begins nothing new, and waits until everything that was begun is done: of one workload after
     * the other, so that consumers know what has been appended. Then, or when the time is up, ends
     * all clients.
     *
     * @return the names of clients that had something left to do
     */
    public List<String> drain(long seconds) throws InterruptedException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      List<String> left = new ArrayList<>();
      for (List<Client> all : clients) {
        all.forEach(Client::stop);
        while (System.nanoTime() - deadline < 0 && !all.stream().allMatch(Client::isDrained)) {
          TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        all.stream().filter(client -> !client.isDrained()).forEach(client -> left.add(client.name));
      }
      for (List<Client> all : clients) {
        for (Client client : all) {
          client.end();
        }
      }
      return left;
    }
  }
}
