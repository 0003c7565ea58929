package io.tiltmeter.dashboards.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void lines_mixedWidths_alignsFirstColumnLeftAndOthersRight() {
    TextTable table = new TextTable("name", "n").row("hate", "7").row("é", "1234");
    assertThat(table.lines())
        .containsExactly(
            "name     n", //
            "──────────",
            "hate     7",
            "é     1234");
  }

  @Test
  void row_wrongNumberOfCells_isRefused() {
    TextTable table = new TextTable("name", "n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table.row("only"))
        .withMessage("row needs 2 cells, got 1");
  }
}
