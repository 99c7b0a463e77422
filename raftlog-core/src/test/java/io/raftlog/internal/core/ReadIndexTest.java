package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.internal.core.Effects.ReadGrant;
import io.raftlog.internal.message.AppendRequest;
import io.raftlog.internal.message.AppendResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Linearizable reads (§8, thesis §6.4), and what others got wrong about them. */
final class ReadIndexTest {
  @Test
  @DisplayName("the answer to a request of an earlier term, as leader of which it was sent")
  void shouldNotConfirmReadByAnAnswerToARequestOfAnEarlierTerm() {
    // n1 led term 2 and sent many requests; now it leads term 4. The last of the old requests
    // reaches n2 only now, which refuses it in term 4.
    LoneCore old = LoneCore.voter(3, 4, "1");
    old.receive("n2", new AppendRequest(2, 1000, 1, 1, 0, java.util.List.of()));
    old.advance(1);
    AppendResponse refusal = old.only(AppendResponse.class);
    assertThat(refusal.term()).isEqualTo(4);

    LoneCore lone = LoneCore.leader(3, 4, "1");
    lone.receive("n2", LoneCore.acknowledgement(4, lone.only(AppendRequest.class).requestId(), 2));
    lone.server().read();
    lone.receive("n2", refusal);

    assertThat(lone.server().reads()).isEmpty();
    lone.receive("n3", LoneCore.acknowledgement(4, lone.only(AppendRequest.class).requestId(), 1));
    assertThat(lone.server().reads()).containsExactly(new ReadGrant(1, 2));
  }
}
