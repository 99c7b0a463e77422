package io.raftlog.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the files of the write-ahead log are named and found. */
class WalDirectoryTest {
  @TempDir Path temp;

  @Test
  void shouldFindItsFilesWhateverDigitsTheDefaultLocaleHas() throws Exception {
    Locale before = Locale.getDefault();
    try {
      for (String locale : new String[] {"ar-EG", "fa-IR", "mr-IN", "en-US"}) {
        Locale.setDefault(Locale.forLanguageTag(locale));
        Path directory = temp.resolve(locale);
        WalDirectory.format(directory, new UUID(1, 2));

        assertThat(new WalDirectory(directory).files())
            .as(locale)
            .containsExactly(directory.resolve("000001.wal"));
      }
    } finally {
      Locale.setDefault(before);
    }
  }
}
