package io.raftlog.benchmarks.kernels;

import io.raftlog.benchmarks.scenario.Observation;
import io.raftlog.benchmarks.scenario.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The kernels, each in a JVM of its own that JMH starts; there are no nodes. It takes the same
 * short time whatever was asked for: rounds are what gives more forks.
 */
public final class KernelScenario implements Scenario {
  private static final int FORKS = 1;
  private static final int WARM_UPS = 3;
  private static final int MEASUREMENTS = 5;
  private static final TimeValue ITERATION = TimeValue.seconds(1);

  private final int forks;
  private final TimeValue iteration;
  private final VerboseMode verbosity;

  /** With forks that are short. */
  public KernelScenario() {
    this(FORKS, ITERATION, VerboseMode.NORMAL);
  }

  KernelScenario(int forks, TimeValue iteration, VerboseMode verbosity) {
    this.forks = forks;
    this.iteration = iteration;
    this.verbosity = verbosity;
  }

  @Override
  public List<Observation> run(Setting setting) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(KernelScenario.class.getPackageName().replace(".", "\\.") + "\\..*")
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .forks(forks)
            .warmupIterations(WARM_UPS)
            .warmupTime(iteration)
            .measurementIterations(MEASUREMENTS)
            .measurementTime(iteration)
            .jvmArgs("-Xms1g", "-Xmx1g")
            .shouldFailOnError(true)
            .verbosity(verbosity)
            .build();
    List<Observation> observations = new ArrayList<>();
    for (RunResult run : new Runner(options).run()) {
      Result<?> result = run.getPrimaryResult();
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put("ns", result.getScore());
      figures.put("± ns", result.getScoreError());
      observations.add(
          new Observation(setting.workload(), setting.round(), what(run.getParams()), figures));
    }
    return observations;
  }

  private static String what(BenchmarkParams params) {
    String method = params.getBenchmark();
    String kernel = method.substring(KernelScenario.class.getPackageName().length() + 1);
    return switch (kernel) {
      case "CoreKernel.step" -> "core step, an entry";
      case "EncodeKernel.encode" ->
          "entry encode, a record of %s B".formatted(params.getParam("payloadBytes"));
      case "ProducerKernel.checkAndApply" ->
          "producer check and apply, a run: records %s, producers %s"
              .formatted(number(params, "runRecords"), number(params, "producers"));
      default -> throw new IllegalStateException("a kernel without a name: " + kernel);
    };
  }

  private static String number(BenchmarkParams params, String name) {
    return String.format(Locale.ROOT, "%,d", Integer.parseInt(params.getParam(name)));
  }
}
