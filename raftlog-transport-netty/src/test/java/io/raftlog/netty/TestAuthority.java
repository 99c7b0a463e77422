package io.raftlog.netty;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Instant;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority that a test makes, and what nodes have whose certificates are of it. No
 * certificate depends on today's date.
 */
final class TestAuthority {
  private static final Instant LONG_AGO = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");

  private final X509Bundle root;

  private TestAuthority(X509Bundle root) {
    this.root = root;
  }

  static TestAuthority named(String name) {
    try {
      return new TestAuthority(
          template(name, NEVER).setIsCertificateAuthority(true).buildSelfSigned());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static CertificateBuilder template(String name, Instant until) {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .notBefore(LONG_AGO)
        .notAfter(until);
  }

  /** A certificate for where the nodes of a {@link TestCluster} are. */
  X509Bundle certificate() {
    return certificateFor("127.0.0.1");
  }

  X509Bundle certificateFor(String host) {
    return issue(template(host, NEVER), host);
  }

  /** One that was valid for some time, which is over. */
  X509Bundle expiredCertificate() {
    return issue(template("expired", LONG_AGO.plusSeconds(3_600)), "127.0.0.1");
  }

  /** One that its owner may not dial with. */
  X509Bundle serverCertificate() {
    return issue(template("server", NEVER).addExtendedKeyUsageServerAuth(), "127.0.0.1");
  }

  private X509Bundle issue(CertificateBuilder builder, String host) {
    try {
      boolean isAddress = Character.isDigit(host.charAt(0));
      return (isAddress ? builder.addSanIpAddress(host) : builder.addSanDnsName(host))
          .buildIssuedBy(root);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes a builder's transport trust this authority, and show a certificate of it. */
  UnaryOperator<NettyTransport.Builder> member() {
    return member(certificate());
  }

  /** The same with another certificate, perhaps another authority's. */
  UnaryOperator<NettyTransport.Builder> member(X509Bundle certificate) {
    SslContext forDialing = forDialing(certificate);
    SslContext forAccepting = forAccepting(certificate);
    return builder -> builder.tls(forDialing, forAccepting);
  }

  /** The same with only one version of TLS. */
  UnaryOperator<NettyTransport.Builder> member(X509Bundle certificate, String protocol) {
    SslContext forDialing = build(dialing(certificate).protocols(protocol));
    SslContext forAccepting = build(accepting(certificate).protocols(protocol));
    return builder -> builder.tls(forDialing, forAccepting);
  }

  /** A client's context, without a certificate if null. */
  SslContext forDialing(@Nullable X509Bundle certificate) {
    return build(dialing(certificate));
  }

  SslContext forAccepting(X509Bundle certificate) {
    return build(accepting(certificate));
  }

  private SslContextBuilder dialing(@Nullable X509Bundle certificate) {
    SslContextBuilder builder = SslContextBuilder.forClient();
    if (certificate != null) {
      builder.keyManager(certificate.getKeyPair().getPrivate(), certificate.getCertificatePath());
    }
    return builder.sslProvider(SslProvider.JDK).trustManager(root.getCertificate());
  }

  private SslContextBuilder accepting(X509Bundle certificate) {
    return SslContextBuilder.forServer(
            certificate.getKeyPair().getPrivate(), certificate.getCertificatePath())
        .sslProvider(SslProvider.JDK)
        .trustManager(root.getCertificate());
  }

  private static SslContext build(SslContextBuilder builder) {
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a {@link RawPeer} needs that trusts this authority; without a certificate if null. */
  RawPeer.Wire wire(@Nullable X509Bundle certificate) {
    SSLContext context = rawContext(certificate);
    return (tcp, dialed) -> {
      String host = InetAddress.getLoopbackAddress().getHostAddress();
      Socket socket = context.getSocketFactory().createSocket(tcp, host, tcp.getPort(), true);
      ((SSLSocket) socket).setUseClientMode(dialed);
      return socket;
    };
  }

  private SSLContext rawContext(@Nullable X509Bundle certificate) {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      char[] password = new char[0];
      if (certificate != null) {
        keys.setKeyEntry(
            "key",
            certificate.getKeyPair().getPrivate(),
            password,
            certificate.getCertificatePath());
      }
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), new TrustManager[] {root.toTrustManager()}, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
