package io.raftlog.simulation.mutants;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles mutants in memory, from the sources as they are. */
public final class MutantCompiler {
  private MutantCompiler() {}

  /**
   * Compiles what a mutant replaces.
   *
   * @param mutant what is broken
   * @param sources where io/raftlog/internal is
   * @return by name, the classes that come before the original ones
   * @throws IOException when a source cannot be read
   * @throws IllegalStateException when the mutant does not fit the sources
   */
  public static Map<String, byte[]> compile(Mutant mutant, Path sources) throws IOException {
    Map<String, String> edited = new LinkedHashMap<>();
    for (Mutant.Edit edit : mutant.edits()) {
      String source = edited.get(edit.file());
      if (source == null) {
        source = Files.readString(sources.resolve(edit.file()));
      }
      int at = source.indexOf(edit.original());
      if (at < 0 || source.indexOf(edit.original(), at + 1) >= 0) {
        throw new IllegalStateException(
            "mutant \""
                + mutant
                + "\": must stand once in "
                + edit.file()
                + ": "
                + edit.original());
      }
      edited.put(edit.file(), source.replace(edit.original(), edit.replacement()));
    }
    return compile(mutant, edited);
  }

  private static Map<String, byte[]> compile(Mutant mutant, Map<String, String> sources)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, ByteArrayOutputStream> classes = new HashMap<>();
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((file, text) -> units.add(new Source(file, text)));
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavaFileManager memory = new MemoryFiles(files, classes);
      List<String> options =
          List.of("-classpath", System.getProperty("java.class.path"), "-proc:none", "-nowarn");
      if (!compiler.getTask(messages, memory, null, options, null, units).call()) {
        throw new IllegalStateException("mutant \"" + mutant + "\" does not compile: " + messages);
      }
    }
    Map<String, byte[]> bytes = new HashMap<>();
    classes.forEach((name, written) -> bytes.put(name, written.toByteArray()));
    return bytes;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String file, String text) {
      super(URI.create("memory:///io/raftlog/internal/" + file), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class MemoryFiles extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes;

    MemoryFiles(JavaFileManager files, Map<String, ByteArrayOutputStream> classes) {
      super(files);
      this.classes = classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location,
        String className,
        JavaFileObject.Kind kind,
        javax.tools.FileObject sibling) {
      return new SimpleJavaFileObject(
          URI.create("memory:///" + className.replace('.', '/') + ".class"), kind) {
        @Override
        public OutputStream openOutputStream() {
          return classes.computeIfAbsent(className, name -> new ByteArrayOutputStream());
        }
      };
    }
  }
}
