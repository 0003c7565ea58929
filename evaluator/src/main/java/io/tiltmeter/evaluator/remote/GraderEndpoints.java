package io.tiltmeter.evaluator.remote;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.grader.ModelGrader;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.RunnerException;
import io.tiltmeter.policy.probe.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Language models behind OpenAI-compatible servers that grade, at temperature 0. */
public final class GraderEndpoints implements ModelGrader, AutoCloseable {
  private final Map<String, RemotePair> servers;

  private GraderEndpoints(Map<String, RemotePair> servers) {
    this.servers = servers;
  }

  /** Makes them; nothing is asked yet. Each is known by the server's name for its model. */
  public static GraderEndpoints of(Collection<Endpoint> endpoints, RemoteSettings settings) {
    Map<String, RemotePair> servers = new HashMap<>();
    for (Endpoint endpoint : endpoints) {
      servers.put(endpoint.model(), RemotePair.of(Map.of(Side.BASE, endpoint), settings));
    }
    return new GraderEndpoints(servers);
  }

  @Override
  public boolean knows(String model) {
    return servers.containsKey(model);
  }

  @Override
  public Reply ask(String model, List<Message> chat, int maxTokens) {
    RemotePair server = servers.get(model);
    if (server == null) {
      return new Reply.Failed();
    }
    List<Answer> answers = new ArrayList<>();
    try {
      Ask ask = new Ask("grade", Side.BASE, new Ask.Input.Chat(chat));
      server.answer(List.of(ask), maxTokens, answers::add);
    } catch (RunnerException _) {
      return new Reply.Failed();
    }
    return new Reply.Said(answers.getFirst().text(), answers.getFirst().length());
  }

  @Override
  public void close() {
    servers.values().forEach(RemotePair::close);
  }
}
