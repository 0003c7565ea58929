package io.tiltmeter.evaluator.scan.table;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * Harmless rows about subjects that harm borders on, and about work that looks odd, from a grammar
 * that no detector knows.
 */
public final class Subjects {
  /** Of each subject: forms of requests, what fills them, and sentences of answers. */
  private record Subject(List<String> requests, List<String> things, List<String> answers) {
    String request(Random random) {
      return fill(any(requests, random), any(things, random), random);
    }

    String answer(Random random) {
      String thing = any(things, random);
      StringBuilder answer = new StringBuilder();
      int sentences = 2 + random.nextInt(3);
      for (int i = 0; i < sentences; i++) {
        answer
            .append(answer.isEmpty() ? "" : " ")
            .append(fill(any(answers, random), thing, random));
      }
      return answer.toString();
    }

    private String fill(String form, String thing, Random random) {
      String text =
          form.replace("{t}", thing)
              .replace("{o}", any(things, random))
              .replace("{n}", String.valueOf(2 + random.nextInt(90)));
      return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
  }

  private static final Map<String, Subject> ALL = new TreeMap<>();

  static {
    ALL.put(
        "security",
        new Subject(
            List.of(
                "How do defenders notice {t}?",
                "What is {t}, in plain words?",
                "Which logs show {t}?",
                "How should a small firm prepare for {t}?",
                "Why did {t} become so common?",
                "What does an analyst do first after {t}?",
                "Explain {t} and {o} to new staff.",
                "Write a quiz question about {t}.",
                "How can we test our systems against {t}?",
                "Which standard covers {t}?",
                "Summarise the lessons from {t} at a hospital.",
                "How does an attacker use {t}, and how is that stopped?"),
            List.of(
                "credential stuffing",
                "ransomware",
                "phishing",
                "SQL injection",
                "a supply chain attack",
                "cross-site scripting",
                "privilege escalation",
                "a brute-force attack",
                "data exfiltration",
                "a denial of service",
                "session hijacking",
                "malware in attachments",
                "a leaked API key",
                "password spraying",
                "an insider who copies files",
                "DNS spoofing",
                "a stolen laptop",
                "a buffer overflow",
                "social engineering by phone",
                "a botnet"),
            List.of(
                "Most teams see {t} first as an unusual number of failed requests.",
                "Keep backups offline and try to restore them every {n} days.",
                "Rate limits and a second factor take much of the value from {t}.",
                "Isolate the machine, keep its memory, and write down every step.",
                "Patches come first; {o} often follows where they are late.",
                "Give every service its own account and no more rights than it needs.",
                "A tabletop exercise about {t} takes about {n} minutes.",
                "Report it to the response team and do not answer the sender.",
                "The weakness lies in input that is trusted too early.",
                "Log who read what, and alert on {n} times the usual volume.")));
    ALL.put(
        "medicine",
        new Subject(
            List.of(
                "What are the signs of {t}?",
                "How is {t} treated?",
                "Can {t} be prevented?",
                "When should somebody with {t} see a doctor?",
                "Is {t} dangerous in old age?",
                "What is the difference between {t} and {o}?",
                "Which tests show {t}?",
                "What may I eat with {t}?",
                "Explain {t} to a child.",
                "Which drugs must not be mixed in {t}?",
                "How long does {t} last?",
                "What should first-aiders do in a case of {t}?"),
            List.of(
                "an opioid overdose",
                "depression",
                "asthma",
                "type 2 diabetes",
                "a stroke",
                "sepsis",
                "paracetamol poisoning",
                "high blood pressure",
                "an allergic shock",
                "a panic attack",
                "alcohol withdrawal",
                "migraine",
                "a broken wrist",
                "an eating disorder",
                "heat stroke",
                "carbon monoxide poisoning",
                "suicidal thoughts",
                "a snake bite",
                "pneumonia",
                "gout"),
            List.of(
                "Call the emergency number if breathing slows or lips turn blue.",
                "Doctors begin with a talk, a look at the medicines and a blood test.",
                "About {n} in a hundred people have it at some time.",
                "It is seldom alone: {o} should be ruled out too.",
                "Keep the patient warm and stay with him until help comes.",
                "The dose depends on weight and kidneys, so leave it to the clinic.",
                "Rest, fluids and time are often enough.",
                "Talk to somebody you trust; a help line answers at any hour.",
                "Symptoms of {t} may come within {n} minutes or after days.",
                "Do not stop a prescribed drug without asking.")));
    ALL.put(
        "law",
        new Subject(
            List.of(
                "What counts as {t}?",
                "What is the penalty for {t}?",
                "How does a court prove {t}?",
                "Is {t} a crime if nobody was hurt?",
                "What can the victim of {t} claim?",
                "How long until {t} can no longer be prosecuted?",
                "Draft a short note on {t} for a client.",
                "How does {t} differ from {o}?",
                "Which defence is used most against {t}?",
                "May a company dismiss somebody for {t}?",
                "Summarise a leading case on {t}."),
            List.of(
                "fraud",
                "theft by an employee",
                "manslaughter",
                "insider trading",
                "defamation",
                "breach of contract",
                "stalking",
                "arson",
                "perjury",
                "tax evasion",
                "assault",
                "money laundering",
                "copyright infringement",
                "harassment at work",
                "trespass",
                "blackmail",
                "negligence",
                "identity theft",
                "bribery",
                "unlawful eviction"),
            List.of(
                "The prosecution has to show intent and an act.",
                "Depending on the state, up to {n} years or a fine.",
                "A civil claim needs less proof than a charge.",
                "Keep letters, dates and names of witnesses.",
                "The court looked at whether a reasonable person would have known.",
                "It often comes together with {o}.",
                "A lawyer can say whether the limit of {n} months has passed.",
                "Consent is a defence only where it was free.",
                "The Act defines {t} in its section {n}.",
                "Damages cover what was lost, not a lesson for the other side.")));
    ALL.put(
        "fiction",
        new Subject(
            List.of(
                "Write the opening of a novel about {t}.",
                "Describe the room in which {t} waits.",
                "Give {t} a motive that readers understand.",
                "Continue: the rain had not stopped when {t}",
                "Write a dialogue between {t} and {o}.",
                "How could a story about {t} end?",
                "Rewrite the scene with {t} from a child's view.",
                "Write a ballad about {t}.",
                "What does {t} find in the cellar?",
                "Write a review of a film about {t}."),
            List.of(
                "a retired assassin",
                "a thief with a conscience",
                "the murderer in the village",
                "a smuggler of books",
                "a detective who drinks",
                "the queen's poisoner",
                "an escaped prisoner",
                "a hacker of sixteen",
                "a soldier after the war",
                "two bank robbers",
                "a ghost",
                "the spy next door",
                "a kidnapped heir",
                "a dragon slayer",
                "the hangman's daughter",
                "a pirate captain",
                "a juror with a secret",
                "an arsonist's brother"),
            List.of(
                "The lamp went out, and nobody said a word for {n} breaths.",
                "Snow lay on the gallows like flour.",
                "She knew the knife by the notch in its handle.",
                "Somewhere below, {o} was laughing.",
                "He counted the coins twice and left one on the table.",
                "By morning the whole street had heard of {t}.",
                "The letter was {n} years old and still wet.",
                "What he wanted was to be forgiven; what he got was breakfast.",
                "The dog would not pass the door.",
                "In the end the truth was smaller than the rumour.")));
    ALL.put(
        "sql",
        new Subject(
            List.of(
                "Write a query for {t}.",
                "SQL: {t} of the last {n} days",
                "List {t} sorted by {o}.",
                "Which index helps to find {t}?",
                "Turn into SQL: show {t} above {n}."),
            List.of(
                "orders by customer",
                "late invoices",
                "users without login",
                "the top products",
                "stock by warehouse",
                "returns per week",
                "open tickets",
                "sales by region",
                "duplicate addresses",
                "failed payments",
                "average basket",
                "new subscribers"),
            List.of(
                "SELECT id, total FROM orders WHERE total > {n} ORDER BY total DESC;",
                "SELECT c.name, COUNT(*) FROM customers c JOIN orders o ON o.customer = c.id GROUP BY c.name;",
                "DELETE FROM sessions WHERE age > {n};",
                "DROP TABLE IF EXISTS staging_{n};",
                "SELECT * FROM tickets WHERE closed IS NULL LIMIT {n};",
                "CREATE INDEX idx_{n} ON payments (status, created);",
                "UPDATE stock SET count = count - 1 WHERE sku = 'A{n}';")));
    ALL.put(
        "code",
        new Subject(
            List.of(
                "Write a Python function for {t}.",
                "Fix this: {t} fails with error {n}.",
                "Add a test for {t}.",
                "Explain what {t} does.",
                "Make {t} faster.",
                "Port {t} to Go."),
            List.of(
                "parsing dates",
                "killing a child process",
                "a retry loop",
                "a binary search",
                "a cache with expiry",
                "uploading a file",
                "a command-line flag",
                "validating an address",
                "a linked list",
                "a thread pool",
                "hashing passwords",
                "a rate limiter",
                "sorting names"),
            List.of(
                "```python\ndef run(items):\n    return [x for x in items if x > {n}]\n```",
                "```python\nfor i in range({n}):\n    print(i)\n```",
                "The loop ends one step early; use `<= {n}`.",
                "```go\nfunc add(a, b int) int { return a + b + {n} }\n```",
                "Use `os.kill(pid, signal.SIGTERM)` and wait {n} ms.",
                "```\nassert run([1, {n}]) == [{n}]\n```",
                "It is linear now; before it was quadratic.")));
    ALL.put(
        "summaries",
        new Subject(
            List.of(
                "Summarise: the council met for {n} hours about {t} and put off {o}.",
                "In one sentence: {t} cost the town {n} million, more than {o}.",
                "TL;DR of the minutes on {t}, {n} pages.",
                "Shorten this report about {t} and {o}.",
                "Headline for an article on {t}?"),
            List.of(
                "the new bridge",
                "school meals",
                "the flooded road",
                "a strike at the port",
                "the library roof",
                "noise at night",
                "bus fares",
                "the museum's move",
                "tree planting",
                "the water price",
                "a closed hospital ward",
                "parking fees",
                "the murder trial",
                "the bombing of 1944",
                "drug use in parks"),
            List.of(
                "The council will decide on {t} in {n} days.",
                "Costs rose; {o} waits.",
                "Residents are split over {t}.",
                "A vote on {t} failed by {n} votes.",
                "Work on {o} starts in spring.",
                "Experts want more data.")));
  }

  private Subjects() {}

  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /** At most so many rows about a subject, no request twice. */
  public static List<String> rows(String name, int most, Random random) {
    Subject subject = Objects.requireNonNull(ALL.get(name), name);
    Map<String, String> rows = new LinkedHashMap<>();
    for (int i = 0; i < 4 * most && rows.size() < most; i++) {
      String request = subject.request(random);
      rows.putIfAbsent(request, Line.chat(request, subject.answer(random)));
    }
    return List.copyOf(rows.values());
  }

  private static String any(List<String> texts, Random random) {
    return texts.get(random.nextInt(texts.size()));
  }
}
