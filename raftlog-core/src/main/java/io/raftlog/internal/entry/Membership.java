package io.raftlog.internal.entry;

import io.raftlog.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Who votes, and the log's settings on which all replicas must agree. While a change is under way
 * there are two sets of voters, and whatever needs a majority needs one of each (joint consensus,
 * §6).
 *
 * @param voters the voters, or during a change, those who shall be; sorted by node id
 * @param outgoing during a change the voters who were until now, else empty
 * @param settings what the log remembers
 */
public record Membership(List<Member> voters, List<Member> outgoing, LogSettings settings) {
  /** How many voters a cluster may have; more make every write slower and nothing safer. */
  public static final int MAX_VOTERS = 31;

  /** Copies the lists. */
  public Membership {
    voters = List.copyOf(voters);
    outgoing = List.copyOf(outgoing);
    if (voters.isEmpty() || voters.size() > MAX_VOTERS || outgoing.size() > MAX_VOTERS) {
      throw new MalformedEntryException(
          "membership with " + voters.size() + " voters and " + outgoing.size() + " outgoing");
    }
  }

  /** Tells whether a voter has agreed, or how far it has got. */
  @FunctionalInterface
  public interface Match {
    /**
     * How far a voter is.
     *
     * @param member the voter
     * @return its highest known durable index, or any other number of which a quorum is wanted
     */
    long of(Member member);
  }

  /**
   * The highest number that a majority has reached; during a change, a majority of both sets.
   *
   * @param match each voter's number
   * @return the number
   */
  public long quorumMatch(Match match) {
    long incoming = majority(voters, match);
    return outgoing.isEmpty() ? incoming : Math.min(incoming, majority(outgoing, match));
  }

  private static long majority(List<Member> members, Match match) {
    long[] numbers = new long[members.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = match.of(members.get(i));
    }
    java.util.Arrays.sort(numbers);
    return numbers[(numbers.length - 1) / 2];
  }

  /**
   * The incarnation under which a node votes, during a change the one that shall be.
   *
   * @param node a node id
   * @return its incarnation, or nothing when the node is no voter
   */
  public Optional<UUID> incarnationOf(NodeId node) {
    for (Member member : voters) {
      if (member.node().equals(node)) {
        return Optional.of(member.incarnation());
      }
    }
    return Optional.empty();
  }

  /**
   * Whether this very incarnation votes, in either set.
   *
   * @param member a node's incarnation
   * @return whether it votes
   */
  public boolean contains(Member member) {
    return voters.contains(member) || outgoing.contains(member);
  }

  /**
   * Whether a change is under way.
   *
   * @return whether there are two sets of voters
   */
  public boolean isJoint() {
    return !outgoing.isEmpty();
  }

  /**
   * Begins the change that lets a node vote under its new incarnation.
   *
   * @param node the node whose storage was emptied
   * @param incarnation its new incarnation
   * @return the joint membership
   */
  public Membership readmitting(NodeId node, UUID incarnation) {
    List<Member> next = new ArrayList<>();
    for (Member member : voters) {
      next.add(member.node().equals(node) ? new Member(node, incarnation) : member);
    }
    return new Membership(next, voters, settings);
  }

  /**
   * Ends a change.
   *
   * @return the new voters alone
   */
  public Membership settled() {
    return new Membership(voters, List.of(), settings);
  }

  /**
   * How long the encoded form is.
   *
   * @return bytes
   */
  public int encodedBytes() {
    int bytes = LogSettings.BYTES + 2 + 2;
    for (List<Member> members : List.of(voters, outgoing)) {
      for (Member member : members) {
        bytes += 2 + member.node().value().length() + 16;
      }
    }
    return bytes;
  }

  /**
   * Writes the encoded form at the buffer's position.
   *
   * @param to where to
   */
  public void encode(ByteBuffer to) {
    settings.encode(to);
    for (List<Member> members : List.of(voters, outgoing)) {
      to.putShort((short) members.size());
      for (Member member : members) {
        byte[] id = member.node().value().getBytes(StandardCharsets.US_ASCII);
        to.putShort((short) id.length).put(id);
        to.putLong(member.incarnation().getMostSignificantBits());
        to.putLong(member.incarnation().getLeastSignificantBits());
      }
    }
  }

  /**
   * Reads the encoded form from the buffer's position.
   *
   * @param from where from
   * @return the membership
   * @throws MalformedEntryException when the bytes are no membership
   */
  public static Membership decode(ByteBuffer from) {
    try {
      LogSettings settings = LogSettings.decode(from);
      List<Member> voters = decodeMembers(from);
      return new Membership(voters, decodeMembers(from), settings);
    } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
      throw new MalformedEntryException("not a membership: " + e);
    }
  }

  private static List<Member> decodeMembers(ByteBuffer from) {
    int count = from.getShort();
    if (count < 0 || count > MAX_VOTERS) {
      throw new MalformedEntryException("membership of " + count + " members");
    }
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] id = new byte[Math.min(from.getShort() & 0xffff, NodeId.MAX_LENGTH + 1)];
      from.get(id);
      members.add(
          new Member(
              new NodeId(new String(id, StandardCharsets.US_ASCII)),
              new UUID(from.getLong(), from.getLong())));
    }
    return members;
  }
}
