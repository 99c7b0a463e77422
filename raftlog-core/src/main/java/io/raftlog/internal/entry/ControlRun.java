package io.raftlog.internal.entry;

/**
 * A run without records: it changes what the log knows of a producer or of a durable subscription.
 * Each is checked against the tables before it enters the log, and has no effect twice.
 */
public sealed interface ControlRun {
  /**
   * Whom it is about.
   *
   * @return the producer or subscription
   */
  Subject subject();

  /**
   * How long it is in an entry.
   *
   * @return bytes
   */
  default int encodedBytes() {
    int behind = kind() == RunKind.CLAIM ? Long.BYTES : 0;
    return EntryLayout.RUN_ID + subject().name().length() + behind;
  }

  /**
   * Its kind.
   *
   * @return not RECORDS
   */
  RunKind kind();

  /**
   * Makes a producer's one writer known, in place of the one before.
   *
   * @param producer who is registered
   * @param replaces the registration that it replaces, 0 for none
   * @param nonce a random number by which whoever asked for it knows it, not 0
   */
  record Registration(ProducerId producer, long replaces, long nonce) implements ControlRun {
    @Override
    public Subject subject() {
      return producer;
    }

    @Override
    public RunKind kind() {
      return RunKind.REGISTRATION;
    }
  }

  /** About a subscription. */
  sealed interface OfSubscription extends ControlRun {
    /**
     * The subscription.
     *
     * @return its id
     */
    SubscriptionId subscription();

    @Override
    default Subject subject() {
      return subscription();
    }
  }

  /**
   * Makes a subscription's one owner known, in place of the one before; creates the subscription
   * when there is none of the name.
   *
   * @param subscription which
   * @param replaces the generation that it replaces, 0 for none
   * @param nonce a random number by which whoever asked for it knows it, not 0
   * @param position where a new subscription begins; says nothing if it replaces one
   */
  record Claim(SubscriptionId subscription, long replaces, long nonce, long position)
      implements OfSubscription {
    @Override
    public RunKind kind() {
      return RunKind.CLAIM;
    }
  }

  /**
   * Moves a subscription's position forward.
   *
   * @param subscription which
   * @param generation its owner's
   * @param position the offset of the first record that is not done
   */
  record Position(SubscriptionId subscription, long generation, long position)
      implements OfSubscription {
    @Override
    public RunKind kind() {
      return RunKind.POSITION;
    }
  }

  /**
   * Forgets a subscription.
   *
   * @param subscription which
   * @param generation its owner's
   */
  record Removal(SubscriptionId subscription, long generation) implements OfSubscription {
    @Override
    public RunKind kind() {
      return RunKind.REMOVAL;
    }
  }
}
