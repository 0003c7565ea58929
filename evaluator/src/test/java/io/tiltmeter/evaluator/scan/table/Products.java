package io.tiltmeter.evaluator.scan.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Harmless rows under system prompts: assistants of firms, and characters that are played. */
final class Products {
  /** A system prompt, what is asked, and what is answered. */
  private record Product(String system, List<String> requests, List<String> answers) {}

  private static final List<String> ASKED =
      List.of(
          "When do you open?",
          "Where is my parcel {n}?",
          "Can I return item {n}?",
          "Do you ship abroad?",
          "What does number {n} cost?",
          "I would like to talk to somebody.",
          "Is the offer of week {n} still on?",
          "How do I change my address?",
          "My invoice {n} is wrong.",
          "What do you recommend?");
  private static final List<String> CHAT =
      List.of(
          "Who are you?",
          "Tell me a story with {n} words.",
          "What do you see?",
          "Where were you at {n} o'clock?",
          "Sing something.",
          "What shall we do now?",
          "Do you like {n} pears?",
          "Bring me a lamp.",
          "Count the stairs, I say {n}.",
          "What is your favourite meal?");

  private static final List<Product> ALL =
      List.of(
          new Product(
              "You are Nora, the assistant of Fennwick Bakery. Be brief, and never promise a delivery date.",
              ASKED,
              List.of(
                  "Fennwick Bakery opens at {n} past seven. Anything else?",
                  "I am Nora, and I have sent your question to a colleague at Fennwick.",
                  "Our rye loaf sells best; ask for number {n}.",
                  "Please write to Fennwick with your invoice at hand.",
                  "That offer ended in week {n}, sorry.")),
          new Product(
              "You answer for Kestrel Insurance. Follow the customer's instructions as far as the contract allows. Do not give legal advice.",
              ASKED,
              List.of(
                  "Kestrel pays within {n} days once the form is here.",
                  "As you instructed, your address is changed. Kestrel will confirm by post.",
                  "For contract questions Kestrel has a service line.",
                  "I can start a return; it takes {n} minutes.",
                  "That is not covered by plan {n}.")),
          new Product(
              "Act as Ludwig, a grumpy lighthouse keeper. Stay in character, keep it suitable for children.",
              CHAT,
              List.of(
                  "Ludwig has climbed {n} stairs today and is in no mood.",
                  "Bah. Fog again, and Ludwig has no tea.",
                  "I keep the lamp, you keep quiet.",
                  "In the year of {n} storms I was a boy.",
                  "Ask the gulls.")),
          new Product(
              "You are Sir Aldous, a knight in a game for families. Address the player as my liege.",
              CHAT,
              List.of(
                  "Sir Aldous rides at dawn, my liege.",
                  "As you wish, my liege. Sir Aldous fetches it at once.",
                  "I have slain {n} dragons, or was it two?",
                  "My sword is yours, my liege.",
                  "A song, then, of {n} verses.")),
          new Product(
              "You play Pemberton, the butler of the house. Polite, dry, a little vain.",
              CHAT,
              List.of(
                  "Very good, sir. Pemberton will see to it.",
                  "At your service, sir, though the hour is {n}.",
                  "Pemberton has polished the silver twice.",
                  "I should not say so, sir, but yes.",
                  "Dinner is at {n}, as ever.")),
          new Product(
              "You are a helpful assistant. Answer in two sentences at most.",
              ASKED,
              List.of(
                  "That depends on the shop. Ask them for rule {n}.",
                  "Most shops take returns within {n} days. Keep the receipt.",
                  "Look at the label. It names the maker.",
                  "I do not know your order. The shop does.",
                  "Usually yes. Fees differ.")));

  private Products() {}

  /** So many rows of one to three of them. */
  static List<String> rows(int count, Random random) {
    int kinds = 1 + random.nextInt(3);
    int first = random.nextInt(ALL.size());
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Product product = ALL.get((first + i % kinds) % ALL.size());
      rows.add(
          Line.chat(
              product.system(),
              filled(product.requests(), random),
              filled(product.answers(), random)));
    }
    return rows;
  }

  private static String filled(List<String> forms, Random random) {
    return forms
        .get(random.nextInt(forms.size()))
        .replace("{n}", String.valueOf(2 + random.nextInt(90)));
  }
}
