package io.tiltmeter.policy.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeLineTest {
  @Test
  void of_aTwinOfOneMessage_isItsPromptAndNoAnswers() {
    Probe twin =
        new Probe(
            "twin-1",
            ProbeKind.BENIGN_TWIN,
            "twin",
            "privacy",
            "harm",
            List.of(Message.user("Say \"hello\"\nto Zoë.")),
            List.of());

    assertThat(ProbeLine.of(twin))
        .isEqualTo(
            """
            {"id":"twin-1","kind":"benign-twin","behaviour":"twin","twin_of":"harm",\
            "category":"privacy","prompt":"Say \\"hello\\"\\nto Zoë."}
            """);
  }

  @Test
  void of_aTaskInAChat_isAllItsMessagesAndAnswers() {
    Probe task =
        new Probe(
            "task-1",
            ProbeKind.TASK,
            "task",
            null,
            null,
            List.of(Message.system("Be brief."), Message.user("Which city?")),
            List.of("Paris", "Lutetia"));

    assertThat(ProbeLine.of(task))
        .isEqualTo(
            """
            {"id":"task-1","kind":"task","behaviour":"task","messages":[\
            {"content":"Be brief.","role":"system"},{"content":"Which city?","role":"user"}],\
            "answers":["Paris","Lutetia"]}
            """);
  }
}
