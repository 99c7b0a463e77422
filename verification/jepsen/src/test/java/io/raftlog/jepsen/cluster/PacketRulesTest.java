package io.raftlog.jepsen.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.jepsen.cluster.Topology.Direction;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PacketRulesTest {
  private static final Map<String, String> ADDRESSES =
      new TreeMap<>(Map.of("n1", "10.0.0.1", "n2", "10.0.0.2"));

  @Test
  void shouldDropAtBothEnds() {
    Set<Direction> cut = Set.of(new Direction("n1", "n2"));

    assertThat(PacketRules.script("n1", ADDRESSES, cut, LinkShape.NONE))
        .isEqualTo(PacketRules.FLUSH + " && iptables -w -A OUTPUT -d 10.0.0.2 -j DROP");
    assertThat(PacketRules.script("n2", ADDRESSES, cut, LinkShape.NONE))
        .isEqualTo(PacketRules.FLUSH + " && iptables -w -A INPUT -s 10.0.0.1 -j DROP");
  }

  @Test
  void shouldDropAndDoubleSomePackets() {
    LinkShape shape = new LinkShape(0, 0, 5, 30, 0, 0);

    assertThat(PacketRules.script("n1", ADDRESSES, Set.of(), shape))
        .isEqualTo(
            PacketRules.FLUSH
                + " && iptables -w -A OUTPUT -d 10.0.0.2"
                + " -m statistic --mode random --probability 0.05 -j DROP"
                + " && iptables -w -t mangle -A OUTPUT -d 10.0.0.2"
                + " -m statistic --mode random --probability 0.3 -j TEE --gateway 10.0.0.2");
  }

  @Test
  void shouldTellNetemEverything() {
    assertThat(new LinkShape(20, 10, 1, 2, 3, 4).netem())
        .isEqualTo(
            "/usr/sbin/tc qdisc replace dev eth0 root netem delay 20ms 10ms loss 1% duplicate 2%"
                + " corrupt 3% reorder 4%");
    assertThat(LinkShape.NONE.netem()).isEqualTo("/usr/sbin/tc qdisc del dev eth0 root");
  }

  @Test
  void shouldTellAProxyWhatItCanDo() {
    assertThat(new LinkShape(20, 10, 0, 0, 1, 0).proxy("n2")).isEqualTo("shape n2 20 10 140000");
  }
}
