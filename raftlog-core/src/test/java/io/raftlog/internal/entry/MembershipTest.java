package io.raftlog.internal.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftlog.NodeId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MembershipTest {
  private static final LogSettings SETTINGS = new LogSettings(1, 1);

  private static final long SEED = 11;

  private final Random random = new Random(SEED);

  @Test
  void shouldDecodeWhatWasEncoded() {
    for (int size = 1; size <= Membership.MAX_VOTERS; size++) {
      // given
      Membership membership =
          new Membership(
              members(size),
              members(random.nextInt(size + 1)),
              new LogSettings(1 + random.nextInt(99), 1 + random.nextInt(99)));
      ByteBuffer bytes = ByteBuffer.allocate(membership.encodedBytes());

      // when
      membership.encode(bytes);

      // then
      assertThat(bytes.hasRemaining()).isFalse();
      assertThat(Membership.decode(bytes.flip())).isEqualTo(membership);
    }
  }

  @Test
  void shouldOnlyThrowMalformedEntryExceptionWhenBytesAreMutated() {
    ByteBuffer encoded = ByteBuffer.allocate(SampleEntries.jointMembership().encodedBytes());
    SampleEntries.jointMembership().encode(encoded);
    for (int i = 0; i < 20_000; i++) {
      // given
      byte[] bytes = encoded.array().clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      int length = random.nextInt(bytes.length + 1);

      // then
      try {
        assertThat(Membership.decode(ByteBuffer.wrap(bytes, 0, length)).voters()).isNotEmpty();
      } catch (MalformedEntryException e) {
        assertThat(e).hasMessageContaining("membership");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void shouldMatchWhatAMajorityReached(int size) {
    for (int i = 0; i < 500; i++) {
      // given
      Map<Member, Long> reached = new HashMap<>();
      Membership membership = new Membership(members(size), List.of(), SETTINGS);
      membership.voters().forEach(member -> reached.put(member, (long) random.nextInt(10)));

      // when
      long match = membership.quorumMatch(member -> reached.getOrDefault(member, 0L));

      // then
      assertThat(match).as("reached=%s", reached).isEqualTo(highest(membership.voters(), reached));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void shouldMatchWhatAMajorityOfBothSetsReachedWhenJoint(int size) {
    for (int i = 0; i < 500; i++) {
      // given
      Map<Member, Long> reached = new HashMap<>();
      List<Member> everyone = members(size + 3);
      everyone.forEach(member -> reached.put(member, (long) random.nextInt(10)));
      List<Member> outgoing = everyone.subList(random.nextInt(3), 3 + random.nextInt(size));
      Membership membership = new Membership(everyone.subList(0, size), outgoing, SETTINGS);

      // when
      long match = membership.quorumMatch(member -> reached.getOrDefault(member, 0L));

      // then
      long expected = Math.min(highest(membership.voters(), reached), highest(outgoing, reached));
      assertThat(match).as("%s reached=%s", membership, reached).isEqualTo(expected);
    }
  }

  /** The definition, word by word: the highest number that more than half have reached. */
  private static long highest(List<Member> members, Map<Member, Long> reached) {
    long number = 0;
    while (reachedBy(members, reached, number + 1) * 2 > members.size()) {
      number++;
    }
    return number;
  }

  private static long reachedBy(List<Member> members, Map<Member, Long> reached, long number) {
    return members.stream().filter(member -> reached.getOrDefault(member, 0L) >= number).count();
  }

  @Test
  void shouldReplaceOneIncarnationWhenReadmitting() {
    // given
    NodeId node = new NodeId("n2");
    Member former = SampleEntries.member("n2", 2);
    Member next = new Member(node, new UUID(5, 5));

    // when
    Membership joint = SampleEntries.membership().readmitting(node, next.incarnation());

    // then
    assertThat(joint.isJoint()).isTrue();
    assertThat(joint.contains(former)).isTrue();
    assertThat(joint.contains(next)).isTrue();
    assertThat(joint.incarnationOf(node)).contains(next.incarnation());
    assertThat(joint.settled().isJoint()).isFalse();
    assertThat(joint.settled().contains(former)).isFalse();
    assertThat(joint.settled().contains(next)).isTrue();
    assertThat(joint.settled().incarnationOf(new NodeId("n9"))).isEmpty();
  }

  @Test
  void shouldRefuseMoreThanTheMostVoters() {
    assertThatThrownBy(() -> new Membership(members(32), List.of(), SETTINGS))
        .isInstanceOf(MalformedEntryException.class)
        .hasMessage("membership with 32 voters and 0 outgoing");
    assertThatThrownBy(() -> new Membership(members(1), members(32), SETTINGS))
        .isInstanceOf(MalformedEntryException.class)
        .hasMessage("membership with 1 voters and 32 outgoing");
  }

  @Test
  void shouldRefuseNoVotersAndNoProducers() {
    assertThatThrownBy(() -> new Membership(List.of(), members(1), SETTINGS))
        .isInstanceOf(MalformedEntryException.class);
    assertThatThrownBy(() -> new LogSettings(0, 7))
        .isInstanceOf(MalformedEntryException.class)
        .hasMessage("membership with maxProducers=0 producerExpiryNanos=7");
    assertThatThrownBy(() -> new LogSettings(7, 0)).isInstanceOf(MalformedEntryException.class);
  }

  private List<Member> members(int size) {
    List<Member> members = new ArrayList<>();
    IntStream.range(0, size)
        .forEach(
            i ->
                members.add(
                    new Member(
                        new NodeId("n".repeat(1 + random.nextInt(60)) + i),
                        new UUID(random.nextLong(), random.nextLong()))));
    return members;
  }
}
