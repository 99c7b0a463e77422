package io.raftlog.examples.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.raftlog.RaftLogNode;
import io.raftlog.memory.MemoryStorage;
import io.raftlog.netty.NettyTransport;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/guide.md shows of encryption; {@link DocumentedCodeTest} compares. */
class EncryptionGuideTest {
  // snippet tls
  /** From PEM files: the certificate and those between it and the authority, its key (PKCS #8). */
  static NettyTransport encrypted(File chain, File key, File authority) throws SSLException {
    SslContext forDialing =
        SslContextBuilder.forClient().keyManager(chain, key).trustManager(authority).build();
    SslContext forAccepting =
        SslContextBuilder.forServer(chain, key).trustManager(authority).build();
    return NettyTransport.builder().tls(forDialing, forAccepting).build();
  }

  // end

  @Test
  void shouldAppendOnNodesThatEncrypt(@TempDir Path directory) throws Exception {
    X509Bundle authority =
        certificates().subject("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
    File trusted = write(directory, "authority.pem", authority.getCertificatePEM());
    Map<String, String> addresses = Addresses.of(List.of("n1", "n2", "n3"));
    List<RaftLogNode> nodes = new ArrayList<>();
    try {
      for (String id : addresses.keySet()) {
        String address = addresses.get(id);
        X509Bundle own =
            certificates()
                .subject("CN=" + id)
                .addSanIpAddress(address.substring(0, address.lastIndexOf(':')))
                .buildIssuedBy(authority);
        RaftLogNode.Builder builder =
            RaftLogNode.builder(id)
                .cluster("encrypted")
                .transport(
                    encrypted(
                        write(directory, id + ".pem", own.getCertificatePathPEM()),
                        write(directory, id + ".key", own.getPrivateKeyPEM()),
                        trusted))
                .storage(new MemoryStorage())
                .log("orders");
        addresses.forEach(builder::member);
        nodes.add(builder.start());
      }
      for (int i = 0; i < nodes.size(); i++) {
        byte[] payload = ("order " + i).getBytes(UTF_8);
        nodes.get(i).log("orders").append("checkout-" + i, 0, payload).join();
      }
      assertThat(nodes.get(0).log("orders").status().endOffset()).isPositive();
    } finally {
      nodes.forEach(RaftLogNode::close);
    }
  }

  private static CertificateBuilder certificates() {
    return new CertificateBuilder()
        .notBefore(Instant.parse("2000-01-01T00:00:00Z"))
        .notAfter(Instant.parse("9999-12-31T23:59:59Z"));
  }

  private static File write(Path directory, String name, String pem) throws Exception {
    return Files.writeString(directory.resolve(name), pem).toFile();
  }
}
