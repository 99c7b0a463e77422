package io.raftlog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.raftlog.memory.MemoryNetwork;
import io.raftlog.memory.MemoryStorage;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * A log's publisher for the tests of Reactive Streams, as it is: without an end. {@link
 * PublisherTckTest} runs it.
 */
public class PublisherVerification extends FlowPublisherVerification<LogRecord> {
  /** How long what must happen may take. */
  private static final long TIMEOUT_MILLIS = 20_000;

  /** How long is waited for what must not happen. */
  private static final long NO_SIGNAL_MILLIS = 50;

  private static final long POLL_MILLIS = 20;

  /** How long the kit waits for a delivery that is under way before it looks who is referred to. */
  private static final long DROPPED_MILLIS = 1_000;

  private static final int DROPPED_TRIALS = 5;

  /** More than any of the tests takes. */
  private static final int RECORDS = 10_000;

  private final PatientEnvironment environment;
  private RaftLogNode node;
  private RaftLogNode closed;

  /** Made by TestNG. */
  public PublisherVerification() {
    this(new PatientEnvironment());
  }

  private PublisherVerification(PatientEnvironment environment) {
    super(environment, DROPPED_MILLIS);
    this.environment = environment;
  }

  /**
   * The kit means to wait for an error that it expects until the timeout, but looks for it once,
   * after the first poll. So an error that comes later fails that test, and if it is an optional
   * one, the next. Here it asks how long to poll only when the error has come.
   */
  private static final class PatientEnvironment extends TestEnvironment {
    private final AtomicBoolean failed = new AtomicBoolean();

    PatientEnvironment() {
      super(TIMEOUT_MILLIS, NO_SIGNAL_MILLIS, POLL_MILLIS);
    }

    @Override
    public void clearAsyncErrors() {
      failed.set(false);
      super.clearAsyncErrors();
    }

    @Override
    public void flop(Throwable thrown, String message) {
      super.flop(thrown, message);
      failed.set(true);
    }

    @Override
    public long defaultPollTimeoutMillis() {
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofMillis(TIMEOUT_MILLIS))
          .untilTrue(failed);
      return POLL_MILLIS;
    }
  }

  /** Starts a node with records, and closes another. */
  @BeforeClass
  public void start() {
    node = started();
    closed = started();
    closed.close();
    node.log("log")
        .append("p", 0, Collections.nCopies(RECORDS, new byte[] {1}))
        .orTimeout(TestCluster.SOON.toSeconds(), SECONDS)
        .join();
  }

  private static RaftLogNode started() {
    return RaftLogNode.builder("n1")
        .cluster("tck")
        .member("n1", "n1")
        .transport(new MemoryNetwork().transport())
        .storage(new MemoryStorage())
        .log("log")
        .start();
  }

  /** Closes what was started. */
  @AfterClass
  public void close() {
    node.close();
  }

  @Override
  public Flow.Publisher<LogRecord> createFlowPublisher(long elements) {
    return node.log("log").subscribe(StartAt.earliest());
  }

  @Override
  public Flow.Publisher<LogRecord> createFailedFlowPublisher() {
    return closed.log("log").subscribe(StartAt.earliest());
  }

  /**
   * Once is enough: the kit gives the collector a tenth of a second, which a thread may not have. A
   * reference that is kept is kept each time.
   */
  @Override
  @Test
  public void
      required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
          throws Throwable {
    for (int trial = 1; trial < DROPPED_TRIALS; trial++) {
      try {
        super
            .required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber();
        return;
      } catch (AssertionError e) {
        environment.clearAsyncErrors();
      }
    }
    super.required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber();
  }

  @Override
  public long maxElementsFromPublisher() {
    return publisherUnableToSignalOnComplete();
  }
}
