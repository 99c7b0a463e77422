package io.raftlog.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.NodeId;
import io.raftlog.internal.entry.LogSettings;
import io.raftlog.internal.entry.Member;
import io.raftlog.internal.entry.Membership;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class VoteTallyTest {
  private static final List<NodeId> CONFIGURED =
      List.of(new NodeId("n1"), new NodeId("n2"), new NodeId("n3"));

  private final VoteTally tally = new VoteTally();

  private static UUID incarnation(int number) {
    return new UUID(1, number);
  }

  private static Membership members(String... ids) {
    List<Member> voters =
        java.util.Arrays.stream(ids).map(id -> new Member(new NodeId(id), incarnation(1))).toList();
    return new Membership(voters, List.of(), new LogSettings(10, 1));
  }

  private void grant(String id) {
    tally.grant(new NodeId(id), incarnation(1));
  }

  private void refuse(String id) {
    tally.refuse(new NodeId(id), incarnation(1));
  }

  @Test
  void shouldWinWithAMajority() {
    Membership five = members("n1", "n2", "n3", "n4", "n5");
    grant("n1");
    grant("n2");
    grant("n2");
    assertThat(tally.isWon(five, CONFIGURED)).isFalse();

    grant("n5");
    assertThat(tally.isWon(five, CONFIGURED)).isTrue();
  }

  @Test
  void shouldNeedMoreThanHalfOfAnEvenNumber() {
    Membership four = members("n1", "n2", "n3", "n4");
    grant("n1");
    grant("n2");
    assertThat(tally.isWon(four, CONFIGURED)).isFalse();

    grant("n3");
    assertThat(tally.isWon(four, CONFIGURED)).isTrue();
  }

  @Test
  void shouldLoseWhenAMajorityRefuses() {
    Membership three = members("n1", "n2", "n3");
    refuse("n2");
    assertThat(tally.isLost(three)).isFalse();

    refuse("n3");
    assertThat(tally.isLost(three)).isTrue();
  }

  @Test
  void shouldCountOnlyTheIncarnationThatVotes() {
    Membership three = members("n1", "n2", "n3");
    grant("n1");
    tally.grant(new NodeId("n2"), incarnation(2));

    assertThat(tally.isWon(three, CONFIGURED)).isFalse();
  }

  @Test
  void shouldNotCountStrangers() {
    Membership three = members("n1", "n2", "n3");
    grant("n1");
    grant("n8");
    grant("n9");

    assertThat(tally.isWon(three, CONFIGURED)).isFalse();
  }

  @Test
  @DisplayName("§6: during a change, a majority of the old and of the new voters")
  void shouldNeedBothMajoritiesWhenMembershipIsJoint() {
    Membership joint = members("n1", "n2", "n3").readmitting(new NodeId("n3"), incarnation(2));
    grant("n1");
    tally.grant(new NodeId("n3"), incarnation(2));
    assertThat(tally.isWon(joint, CONFIGURED)).isFalse();

    grant("n2");
    assertThat(tally.isWon(joint, CONFIGURED)).isTrue();
  }

  @Test
  @DisplayName("the first election needs everybody, and can only be waited for")
  void shouldNeedEveryConfiguredMemberWhenThereIsNoMembership() {
    grant("n1");
    grant("n2");
    refuse("n3");
    assertThat(tally.isWon(null, CONFIGURED)).isFalse();
    assertThat(tally.isLost(null)).isFalse();

    grant("n3");
    assertThat(tally.isWon(null, CONFIGURED)).isTrue();
    assertThat(tally.members()).isEqualTo(members("n1", "n2", "n3").voters());
  }
}
