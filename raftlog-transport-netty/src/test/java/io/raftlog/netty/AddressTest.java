package io.raftlog.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1:7400, 10.0.0.1, 7400, true",
    "[::1]:7400, ::1, 7400, true",
    "[2001:db8::1]:1, 2001:db8::1, 1, true",
    "n1.example.org:65535, n1.example.org, 65535, false",
    "some_container-1:80, some_container-1, 80, false"
  })
  void shouldParseHostAndPort(String text, String host, int port, boolean literal) {
    Address address = Address.parse(text);

    assertThat(address).isEqualTo(new Address(host, port));
    assertThat(address.isLiteral()).isEqualTo(literal);
    assertThat(address).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "host", ":7400", "host:", "host:x", "host:-1", "host:0", "host:65536", "host:123456",
        " host:1", "host :1", "host:1 ", "::1:7400", "[]:1", "[host]:1", "[::1]", "[::1:1",
            "1.2.3:1",
        "256.1.1.1:1", "-host:1", "http://host:1", "ho\nst:1"
      })
  void shouldRefuseWhatIsNoAddress(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Address.parse(text));
  }
}
