package io.raftlog.jepsen.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftlog.jepsen.checker.Verdict;
import io.raftlog.jepsen.history.HistoryReader;
import io.raftlog.jepsen.history.RecordedRun;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final List<String> LOST =
      List.of(
          "{'t':1,'process':'nemesis','type':'info','f':'state','up':['n1'],'cut':[],'majority':true}",
          "{'t':2,'process':'nemesis','type':'info','f':'workload','fault':'','value':'begins'}",
          "{'t':3,'process':'nemesis','type':'info','f':'strike','fault':'kill-one','value':'begins'}",
          "{'t':4,'process':'nemesis','type':'info','f':'struck','fault':'kill-one','value':'n3'}",
          "{'t':1000000,'process':'p0','type':'invoke','f':'append','op':1,'session':'n1/a','key':'p0/0v0','count':1,'proven':0}",
          "{'t':2000000,'process':'p0','type':'ok','f':'append','op':1,'offset':0,'outcome':'APPENDED'}",
          "{'t':3000000,'process':'nemesis','type':'info','f':'heal','fault':'kill-one','value':'n3'}",
          "{'t':4000000,'process':'final-n1','type':'invoke','f':'read','op':2,'session':'n1/a','linearizable':false,'offset':0}",
          "{'t':5000000,'process':'final-n1','type':'ok','f':'read','op':2,'end':0,'values':[]}");

  @Test
  void shouldTellWhatWasFoundAndDrawIt(@TempDir Path folder) throws IOException {
    RecordedRun run =
        HistoryReader.parse(LOST.stream().map(line -> line.replace('\'', '"')).toList());

    new Report(folder, run, Verdict.on(run)).write();

    assertThat(Files.readString(folder.resolve("verdict.md")))
        .startsWith("# Not valid")
        .contains("## lost-write: 1", "| append | ok appended | 1 |", "| kill-one | 100 % | 1 |");
    assertThat(colors(folder.resolve("latency.png"))).isGreaterThan(5);
    assertThat(colors(folder.resolve("throughput.png"))).isGreaterThan(5);
  }

  private static long colors(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    return java.util.Arrays.stream(
            image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
        .distinct()
        .count();
  }
}
