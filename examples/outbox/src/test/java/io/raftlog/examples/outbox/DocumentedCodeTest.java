package io.raftlog.examples.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.Message;
import io.raftlog.Producer;
import io.raftlog.RaftLog;
import io.raftlog.RaftLogNode;
import io.raftlog.ReadOptions;
import io.raftlog.StartAt;
import io.raftlog.SubscribeOptions;
import io.raftlog.Subscription;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every Java block of the documents is code of this module, which is compiled and mostly run: what
 * stands between {@code // snippet NAME} and {@code // end}. Only white space may differ.
 */
class DocumentedCodeTest {
  private static final Path PROJECT = Path.of("..", "..");
  private static final Path README = PROJECT.resolve("README.md");
  private static final Path GUIDE = PROJECT.resolve("docs").resolve("guide.md");
  private static final Path SOURCES = Path.of("src");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
  private static final Pattern SNIPPET =
      Pattern.compile("(?ms)^ *// snippet (\\w+)\\n(.*?)^ *// end$");

  /** Of these, every method. */
  private static final List<Class<?>> API =
      List.of(RaftLogNode.class, RaftLog.class, Producer.class, Subscription.class);

  /** Of these, what one begins with and what makes another one of one. */
  private static final List<Class<?>> VALUES =
      List.of(ReadOptions.class, SubscribeOptions.class, StartAt.class, Message.class);

  @Test
  void shouldShowOnlyCodeThatIsCompiled() throws IOException {
    Map<String, String> snippets = snippets();
    for (Path document : List.of(README, GUIDE)) {
      List<String> blocks = blocks(document);
      assertThat(blocks).as("Java blocks of %s", document).isNotEmpty();
      for (String block : blocks) {
        assertThat(snippets.values())
            .as("the snippets, among which should be this block of %s:%n%s", document, block)
            .contains(withoutSpace(block));
      }
    }
  }

  @Test
  void shouldShowAllSnippets() throws IOException {
    Set<String> shown = new TreeSet<>();
    for (Path document : List.of(README, GUIDE)) {
      blocks(document).forEach(block -> shown.add(withoutSpace(block)));
    }
    snippets().forEach((name, code) -> assertThat(shown).as("snippet %s", name).contains(code));
  }

  @Test
  void shouldShowTheWholeApiInTheReadme() throws IOException {
    String shown = String.join("\n", blocks(README));
    Set<String> missing = new TreeSet<>();
    for (Class<?> type : API) {
      addMissing(missing, shown, Stream.of(type.getDeclaredMethods()));
    }
    for (Class<?> type : VALUES) {
      addMissing(
          missing,
          shown,
          Stream.of(type.getDeclaredMethods())
              .filter(
                  method ->
                      method.getName().startsWith("with")
                          || Modifier.isStatic(method.getModifiers())));
    }
    assertThat(missing).as("methods of the API that README.md does not show").isEmpty();
  }

  private static void addMissing(Set<String> missing, String shown, Stream<Method> methods) {
    methods
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .filter(method -> !shown.contains(method.getName() + "("))
        .forEach(
            method ->
                missing.add(method.getDeclaringClass().getSimpleName() + "." + method.getName()));
  }

  private static List<String> blocks(Path document) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(document));
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }

  /** All snippets of this module by name, without white space. */
  private static Map<String, String> snippets() throws IOException {
    Map<String, String> snippets = new TreeMap<>();
    List<Path> sources;
    try (Stream<Path> found = Files.walk(SOURCES)) {
      sources = found.filter(path -> path.toString().endsWith(".java")).toList();
    }
    for (Path source : sources) {
      Matcher matcher = SNIPPET.matcher(Files.readString(source));
      while (matcher.find()) {
        String before = snippets.put(matcher.group(1), withoutSpace(matcher.group(2)));
        assertThat(before).as("another snippet %s, in %s", matcher.group(1), source).isNull();
      }
    }
    return snippets;
  }

  private static String withoutSpace(String code) {
    return code.replaceAll("\\s", "");
  }
}
