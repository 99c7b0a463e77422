package io.raftlog;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.raftlog.internal.entry.ProducerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What may depend on what, and what may not be done where. */
class ArchitectureTest {
  private static final String API = "io.raftlog";
  private static final String SPI = API + ".spi";
  private static final String MEMORY = API + ".memory";
  private static final String INTERNAL = API + ".internal.";
  private static final String CORE = INTERNAL + "core";
  private static final String ENTRY = INTERNAL + "entry";
  private static final String MESSAGE = INTERNAL + "message";
  private static final String NODE = INTERNAL + "node";
  private static final String POSITION = INTERNAL + "position";
  private static final String PRODUCER = INTERNAL + "producer";
  private static final String REPLICA = INTERNAL + "replica";
  private static final String SUBSCRIPTION = INTERNAL + "subscription";
  private static final String WIRE = INTERNAL + "wire";
  private static final String GENERATED = WIRE + ".proto";

  private static final String NODE_ID = API + ".NodeId";

  /** As the package-info files say: for each package the others, or single classes of others. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry(API, Set.of(SPI, NODE)),
          Map.entry(SPI, Set.of(API)),
          Map.entry(MEMORY, Set.of(API, SPI)),
          // What an application appends is encoded in one place.
          Map.entry(ENTRY, Set.of(NODE_ID, API + ".Message", API + ".Header")),
          Map.entry(MESSAGE, Set.of(NODE_ID, ENTRY)),
          // The terms of a recovered log come from the storage as they are.
          Map.entry(CORE, Set.of(NODE_ID, ENTRY, MESSAGE, SPI + ".StoredState$TermStart")),
          Map.entry(PRODUCER, Set.of(NODE_ID, ENTRY)),
          Map.entry(POSITION, Set.of(ENTRY)),
          Map.entry(WIRE, Set.of(NODE_ID, ENTRY, MESSAGE, SPI + ".Frame", GENERATED)),
          Map.entry(GENERATED, Set.of()),
          Map.entry(REPLICA, Set.of(API, SPI, ENTRY, MESSAGE, PRODUCER, POSITION, CORE, WIRE)),
          Map.entry(SUBSCRIPTION, Set.of(API)),
          Map.entry(
              NODE, Set.of(API, SPI, ENTRY, MESSAGE, POSITION, CORE, WIRE, REPLICA, SUBSCRIPTION)));

  private static final String[] EXPORTED = {API, SPI, MEMORY};
  private static final String[] DETERMINISTIC = {CORE, ENTRY, MESSAGE, PRODUCER, POSITION, REPLICA};

  private static final Set<String> NOT_DETERMINISTIC =
      Set.of(
          "java.lang.Thread",
          "java.security.SecureRandom",
          "java.util.Timer",
          "java.util.concurrent.Executors",
          "java.util.concurrent.ForkJoinPool",
          "java.util.concurrent.ThreadLocalRandom");

  private static final int MAX_LINES = 500;
  private static final Map<String, Integer> FEWER_LINES = Map.of("Replica.java", 400);

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(API);

  @Test
  void shouldSeeTheClassesThatItChecks() {
    assertThat(OURS.contain(NODE_ID)).isTrue();
    assertThat(OURS.contain(INTERNAL + "entry.EntryLayout")).isTrue();
    assertThat(OURS.contain(GENERATED + ".Header")).isTrue();
  }

  @Test
  void shouldDependOnlyOnTheJdkAndTwoLibraries() {
    Set<String> javaBase = Object.class.getModule().getPackages();
    classes()
        .that()
        .resideOutsideOfPackages(WIRE, GENERATED)
        .should()
        .onlyDependOnClassesThat(
            are("in java.base, slf4j, jspecify or ours", c -> isCommon(javaBase, c)))
        .allowEmptyShould(true)
        .check(OURS);
    classes()
        .that()
        .resideInAnyPackage(WIRE, GENERATED)
        .should()
        .onlyDependOnClassesThat(
            are(
                "in java.base, slf4j, jspecify, ours or protobuf",
                c -> isCommon(javaBase, c) || c.getPackageName().equals("com.google.protobuf")))
        .allowEmptyShould(true)
        .check(OURS);
  }

  private static boolean isCommon(Set<String> javaBase, JavaClass c) {
    String name = c.getPackageName();
    return c.isPrimitive()
        || (name.startsWith("java.") && javaBase.contains(name))
        || name.equals("org.slf4j")
        || name.equals("org.jspecify.annotations")
        || isOurs(c);
  }

  @Test
  void shouldDependOnOtherPackagesAsTheirPackageInfoSays() {
    classes()
        .should(dependOnAllowedPackagesOnly())
        .because("a package that is not in ALLOWED must be put there, below those that use it")
        .check(OURS);
  }

  private static ArchCondition<JavaClass> dependOnAllowedPackagesOnly() {
    return new ArchCondition<>("depend only on what their package may depend on") {
      @Override
      public void check(JavaClass c, ConditionEvents events) {
        Set<String> allowed = ALLOWED.get(c.getPackageName());
        if (allowed == null) {
          violated(events, c, c.getName() + " is in a package that is not in ALLOWED");
          return;
        }
        for (Dependency dependency : c.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          boolean holds =
              !isOurs(target)
                  || target.getPackageName().equals(c.getPackageName())
                  || allowed.contains(target.getPackageName())
                  || allowed.contains(target.getName());
          if (!holds) {
            violated(events, c, dependency.getDescription());
          }
        }
      }
    };
  }

  /** The compiler leaves no trace of a constant of another package, but its import is there. */
  @Test
  void shouldImportFromOtherPackagesAsTheirPackageInfoSays() throws IOException {
    Pattern imported =
        Pattern.compile("(?m)^import (?:static )?(io\\.raftlog[a-z.]*)\\.([A-Z]\\w*)");
    Pattern own = Pattern.compile("(?m)^package ([a-z.]+);");
    List<String> forbidden = new ArrayList<>();
    for (Path file : sources()) {
      String text = Files.readString(file);
      Matcher home = own.matcher(text);
      assertThat(home.find()).as("%s has a package", file).isTrue();
      Set<String> allowed = ALLOWED.getOrDefault(home.group(1), Set.of());
      for (Matcher found = imported.matcher(text); found.find(); ) {
        String target = found.group(1) + "." + found.group(2);
        boolean holds =
            found.group(1).equals(home.group(1))
                || allowed.contains(found.group(1))
                || allowed.stream()
                    .anyMatch(name -> name.matches(Pattern.quote(target) + "(\\$.*)?"));
        if (!holds) {
          forbidden.add(file.getFileName() + " imports " + target);
        }
      }
    }
    assertThat(forbidden).isEmpty();
  }

  /** The API's package is left out: it holds both what starts a node and the names all use. */
  @Test
  void shouldHaveNoCyclesAmongPackages() {
    slices().matching(API + ".(**)").should().beFreeOfCycles().allowEmptyShould(true).check(OURS);
  }

  @Test
  void shouldNotExposeInternalTypes() {
    classes()
        .that()
        .resideInAnyPackage(EXPORTED)
        .and(are("visible", ArchitectureTest::isVisible))
        .should(exposeNoInternalTypes())
        .allowEmptyShould(true)
        .check(OURS);
  }

  private static ArchCondition<JavaClass> exposeNoInternalTypes() {
    return new ArchCondition<>("have no internal type in a public or protected signature") {
      @Override
      public void check(JavaClass c, ConditionEvents events) {
        c.getSuperclass().ifPresent(type -> refuseInternal(events, c, c.getName(), type));
        c.getInterfaces().forEach(type -> refuseInternal(events, c, c.getName(), type));
        for (JavaMember member : c.getMembers()) {
          if (areVisible(member.getModifiers())) {
            typesOf(member).forEach(type -> refuseInternal(events, c, member.getFullName(), type));
          }
        }
      }
    };
  }

  private static boolean isVisible(JavaClass c) {
    return areVisible(c.getModifiers())
        && c.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true);
  }

  private static boolean areVisible(Set<JavaModifier> modifiers) {
    return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
        && !modifiers.contains(JavaModifier.SYNTHETIC);
  }

  private static Collection<JavaType> typesOf(JavaMember member) {
    List<JavaType> types = new ArrayList<>();
    if (member instanceof JavaField field) {
      types.add(field.getType());
    } else if (member instanceof JavaCodeUnit unit) {
      types.add(unit.getReturnType());
      types.addAll(unit.getParameterTypes());
      types.addAll(unit.getExceptionTypes());
      unit.getTypeParameters().forEach(parameter -> types.addAll(parameter.getUpperBounds()));
    }
    return types;
  }

  private static void refuseInternal(
      ConditionEvents events, JavaClass c, String where, JavaType type) {
    for (JavaClass raw : type.getAllInvolvedRawTypes()) {
      if (raw.getBaseComponentType().getPackageName().startsWith(INTERNAL)) {
        violated(events, c, where + " exposes " + raw.getName());
      }
    }
  }

  @Test
  void shouldBeDeterministic() {
    classes()
        .that()
        .resideInAnyPackage(DETERMINISTIC)
        .should(beDeterministic())
        .allowEmptyShould(true)
        .check(OURS);
  }

  private static ArchCondition<JavaClass> beDeterministic() {
    return new ArchCondition<>("read no clock, make no thread and use no chance without a seed") {
      @Override
      public void check(JavaClass c, ConditionEvents events) {
        Set<String> found = new HashSet<>();
        for (JavaAccess<?> access : c.getAccessesFromSelf()) {
          if (isForbidden(access)) {
            found.add(access.getDescription());
          }
        }
        for (Dependency dependency : c.getDirectDependenciesFromSelf()) {
          if (NOT_DETERMINISTIC.contains(dependency.getTargetClass().getName())) {
            found.add(dependency.getDescription());
          }
        }
        found.forEach(what -> violated(events, c, what));
      }
    };
  }

  private static boolean isForbidden(JavaAccess<?> access) {
    String name = access.getName();
    int parameters =
        access.getTarget() instanceof CodeUnitAccessTarget target
            ? target.getRawParameterTypes().size()
            : -1;
    return switch (access.getTargetOwner().getName()) {
      case "java.lang.System" -> name.equals("nanoTime") || name.equals("currentTimeMillis");
      case "java.lang.Math", "java.lang.StrictMath" -> name.equals("random");
      case "java.util.UUID" -> name.equals("randomUUID");
      case "java.util.Random", "java.util.SplittableRandom" ->
          name.equals(JavaConstructor.CONSTRUCTOR_NAME) && parameters == 0;
      case "java.util.random.RandomGenerator" -> name.equals("getDefault") || name.equals("of");
      case "java.util.Collections" -> name.equals("shuffle") && parameters == 1;
      case "java.time.Clock" -> name.startsWith("system") || name.startsWith("tick");
      default ->
          name.equals("now") && access.getTargetOwner().getPackageName().startsWith("java.time");
    };
  }

  @Test
  void shouldHaveNoSynchronizedMethods() {
    methods()
        .that()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackage(GENERATED)
        .should()
        .notHaveModifier(JavaModifier.SYNCHRONIZED)
        .allowEmptyShould(true)
        .check(OURS);
  }

  @Test
  void shouldHaveNoStaticFieldsThatChange() {
    fields()
        .that()
        .areStatic()
        .and()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackage(GENERATED)
        .should()
        .beFinal()
        .allowEmptyShould(true)
        .check(OURS);
  }

  @Test
  void shouldNameClassesAfterWhatTheyAre() {
    noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)").check(OURS);
  }

  @Test
  void shouldKeepFilesShort() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path file : sources()) {
      String name = file.getFileName().toString();
      int limit = FEWER_LINES.getOrDefault(name, MAX_LINES);
      int lines = Files.readAllLines(file).size();
      if (lines > limit) {
        tooLong.add(name + " has " + lines + " lines, limit " + limit);
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void shouldHaveNoSynchronizedBlocks() throws IOException {
    Pattern block = Pattern.compile("(?m)^(?!\\s*(\\*|//)).*\\bsynchronized\\s*\\(");
    List<Path> found = new ArrayList<>();
    for (Path file : sources()) {
      if (block.matcher(Files.readString(file)).find()) {
        found.add(file);
      }
    }
    assertThat(found).isEmpty();
  }

  private static List<Path> sources() throws IOException {
    Path root = Path.of(System.getProperty("basedir", ""), "src", "main", "java");
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(sources).isNotEmpty();
      return sources;
    }
  }

  /** Breaks the rules on determinism in every way that they name. */
  @SuppressWarnings("unused")
  private static final class Nondeterministic {
    private final LongSupplier reference = System::currentTimeMillis;
    private final Random unseeded = new Random();
    private final Random seeded = new Random(1);
    private final java.util.UUID id = java.util.UUID.randomUUID();
    private final java.time.Instant instant = java.time.Instant.now();
    private final long nanos = System.nanoTime();
    private final double random = Math.random();
    private final Thread thread = new Thread();
    private final int local = java.util.concurrent.ThreadLocalRandom.current().nextInt();
  }

  @Test
  void shouldFindEveryWayToBeNondeterministic() {
    List<String> found = found(Nondeterministic.class, beDeterministic());

    assertThat(found)
        .anyMatch(what -> what.contains("System.currentTimeMillis()"))
        .anyMatch(what -> what.contains("java.util.Random.<init>()"))
        .anyMatch(what -> what.contains("UUID.randomUUID()"))
        .anyMatch(what -> what.contains("Instant.now()"))
        .anyMatch(what -> what.contains("System.nanoTime()"))
        .anyMatch(what -> what.contains("Math.random()"))
        .anyMatch(what -> what.contains("java.lang.Thread>"))
        .anyMatch(what -> what.contains("ThreadLocalRandom"))
        .noneMatch(what -> what.contains("<init>(long)"));
  }

  /** Shows internal types in every place of a signature. */
  @SuppressWarnings("unused")
  public abstract static class Leaking implements Iterable<ProducerId> {
    protected ProducerId[] field;

    protected Leaking(Map<String, List<ProducerId>> argument) {}

    public abstract Stream<? extends ProducerId> result();

    final void hidden(ProducerId id) {}
  }

  @Test
  void shouldFindEveryInternalTypeInASignature() {
    assertThat(found(Leaking.class, exposeNoInternalTypes()))
        .anyMatch(what -> what.contains("Leaking exposes"))
        .anyMatch(what -> what.contains("Leaking.field exposes"))
        .anyMatch(what -> what.contains("Leaking.<init>(java.util.Map) exposes"))
        .anyMatch(what -> what.contains("Leaking.result() exposes"))
        .noneMatch(what -> what.contains("hidden"));
  }

  private static List<String> found(Class<?> fixture, ArchCondition<JavaClass> condition) {
    ConditionEvents events = ConditionEvents.Factory.create();
    condition.check(new ClassFileImporter().importClass(fixture), events);
    List<String> found = new ArrayList<>();
    for (var event : events.getViolating()) {
      found.addAll(event.getDescriptionLines());
    }
    return found;
  }

  private static boolean isOurs(JavaClass c) {
    return c.getPackageName().equals(API) || c.getPackageName().startsWith(API + ".");
  }

  private static void violated(ConditionEvents events, JavaClass c, String what) {
    events.add(SimpleConditionEvent.violated(c, what));
  }

  private static DescribedPredicate<JavaClass> are(
      String description, java.util.function.Predicate<JavaClass> predicate) {
    return DescribedPredicate.describe(description, c -> predicate.test(c.getBaseComponentType()));
  }
}
