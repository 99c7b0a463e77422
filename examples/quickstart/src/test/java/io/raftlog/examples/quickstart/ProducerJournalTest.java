package io.raftlog.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducerJournalTest {
  @TempDir Path directory;

  @Test
  void shouldBeginWithNothing() {
    try (ProducerJournal journal = ProducerJournal.open(directory, "p")) {
      assertThat(journal.sent()).isZero();
      assertThat(journal.acknowledged()).isZero();
    }
  }

  @Test
  void shouldRememberWhatWasSentAndAcknowledged() {
    try (ProducerJournal journal = ProducerJournal.open(directory, "p")) {
      journal.sending(0);
      journal.sending(1);
      journal.acknowledged(0, 17);
      journal.sending(0); // again
    }
    try (ProducerJournal journal = ProducerJournal.open(directory, "p")) {
      assertThat(journal.sent()).isEqualTo(2);
      assertThat(journal.acknowledged()).isEqualTo(1);
      Ledger ledger = new Ledger("p", Load.sent("p", 2));
      journal.copyTo(ledger);
      assertThat(ledger.allows(0, 17)).isTrue();
      assertThat(ledger.allows(0, 16)).isFalse();
      assertThat(ledger.isComplete()).isFalse();
    }
  }

  @Test
  void shouldForgetANoteThatWasCutShort() throws IOException {
    try (ProducerJournal journal = ProducerJournal.open(directory, "p")) {
      journal.acknowledged(0, 17);
    }
    Files.write(directory.resolve("p.acknowledged"), new byte[7], StandardOpenOption.APPEND);
    try (ProducerJournal journal = ProducerJournal.open(directory, "p")) {
      assertThat(journal.acknowledged()).isEqualTo(1);
      journal.acknowledged(1, 18);
    }
    try (ProducerJournal journal = ProducerJournal.open(directory, "p")) {
      Ledger ledger = new Ledger("p", Load.sent("p", 2));
      journal.copyTo(ledger);
      assertThat(ledger.allows(1, 18)).isTrue();
      assertThat(ledger.isComplete()).isTrue();
    }
  }

  @Test
  void shouldRefuseAnAcknowledgementOutOfOrder() {
    try (ProducerJournal journal = ProducerJournal.open(directory, "p")) {
      assertThatThrownBy(() -> journal.acknowledged(1, 0))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
