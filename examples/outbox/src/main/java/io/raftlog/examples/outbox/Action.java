package io.raftlog.examples.outbox;

import java.util.ArrayList;
import java.util.List;

/** What is done to the processes while they work. */
enum Action {
  /** The producer's process is killed and started again. */
  KILL_PRODUCER,
  /** The consumer's process is killed and started again. */
  KILL_CONSUMER,
  /** A consumer is started on another node, while the old one is alive. */
  MOVE_CONSUMER;

  /** So many kills, of producer and consumer in turn, and one move in the middle. */
  static List<Action> plan(int kills) {
    List<Action> plan = new ArrayList<>();
    for (int kill = 0; kill < kills; kill++) {
      plan.add(kill % 2 == 0 ? KILL_PRODUCER : KILL_CONSUMER);
    }
    plan.add((kills + 1) / 2, MOVE_CONSUMER);
    return plan;
  }
}
