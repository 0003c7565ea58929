package io.tiltmeter.evaluator.scan.cipher;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** Harmless turns of kinds that a search for ciphers could stumble over, made from a seed. */
final class BenignRows {
  private static final String[] NOUNS =
      ("order invoice customer sensor report parcel account ticket garden engine window letter river"
              + " teacher market bridge picture kitchen village doctor")
          .split(" ");
  private static final String[] VERBS =
      "load save parse merge count find close open send print check update remove sort".split(" ");

  /** Sentences of languages, one a line, each with a number to make rows differ. */
  private static final String[] SENTENCES = {
    "Der Zug nach Hamburg f\u00e4hrt heute um %d Uhr von Gleis sieben ab, bitte steigen Sie vorn ein.",
    "K\u00f6nnten Sie mir bitte erkl\u00e4ren, warum die Rechnung Nummer %d noch nicht bezahlt wurde?",
    "Le march\u00e9 ouvre \u00e0 %d heures et l'on y trouve des l\u00e9gumes frais, du fromage et du pain.",
    "Pourriez-vous r\u00e9sumer le chapitre %d en quelques phrases simples pour mes \u00e9l\u00e8ves?",
    "La biblioteca cierra a las %d y los libros se pueden devolver en la entrada principal.",
    "\u00bfPuedes escribir una carta breve para agradecer a mis %d vecinos por su ayuda?",
    "Il treno delle %d \u00e8 in ritardo e i passeggeri aspettano al bar della stazione.",
    "A receita leva %d ovos, farinha de trigo, leite e um pouco de a\u00e7\u00facar mascavo.",
    "De winkel heeft %d soorten kaas en de verkoper legt graag uit waar ze vandaan komen.",
    "Na stole le\u017cy %d ksi\u0105\u017cek, kt\u00f3re babcia chce odda\u0107 do biblioteki w przysz\u0142ym tygodniu.",
    "Toplant\u0131 saat %d i\u00e7in planland\u0131, l\u00fctfen raporu \u00f6nceden okuyunuz ve sorular\u0131n\u0131z\u0131 yaz\u0131n\u0131z.",
    "Chuy\u1ebfn xe bu\u00fdt s\u1ed1 %d kh\u1edfi h\u00e0nh l\u00fac s\u00e1ng s\u1edbm v\u00e0 \u0111\u1ebfn ch\u1ee3 tr\u01b0\u1edbc b\u1ea3y gi\u1edd.",
    "Jatkamme kokousta kello %d ja keskustelemme silloin ensi vuoden talousarviosta.",
    "M\u00f6tet b\u00f6rjar klockan %d och alla som vill vara med \u00e4r v\u00e4lkomna till biblioteket.",
    "V neb\u011b svítilo %d hv\u011bzd a d\u011bti si p\u0159\u00e1ly, aby noc nikdy neskon\u010dila.",
    "Kereta api nomor %d berangkat dari Bandung setiap pagi dan tiba di Jakarta siang hari.",
    "Ni saa %d asubuhi na watoto wanaenda shuleni pamoja na mwalimu wao mpya.",
    "Poezd nomer %d otpravlyaetsya s pervogo puti, prosim passazhirov zanyat svoi mesta.",
    "Gaur goizean %d ikasle etorri dira eskolara, eta irakasleak liburu berriak banatu dizkie.",
    "La kunveno komenci\u011dos je la %d-a horo kaj \u0109iuj membroj estas bonvenaj en la salono.",
    "\u041f\u043e\u0435\u0437\u0434 \u043d\u043e\u043c\u0435\u0440 %d \u043e\u0442\u043f\u0440\u0430\u0432\u043b\u044f\u0435\u0442\u0441\u044f \u0441 \u043f\u0435\u0440\u0432\u043e\u0433\u043e \u043f\u0443\u0442\u0438, \u043f\u0440\u043e\u0441\u0438\u043c \u0437\u0430\u043d\u044f\u0442\u044c \u043c\u0435\u0441\u0442\u0430.",
    "\u0423 \u043d\u0430\u0441 %d PDF-\u0444\u0430\u0439\u043b\u043e\u0432 \u0438 SMS\u043a\u0430 \u043e\u0442 email-\u0441\u0435\u0440\u0432\u0438\u0441\u0430, API \u043d\u0435 \u043e\u0442\u0432\u0435\u0447\u0430\u0435\u0442.",
    "\u03a4\u03bf \u03c4\u03c1\u03ad\u03bd\u03bf \u03c6\u03b5\u03cd\u03b3\u03b5\u03b9 \u03c3\u03c4\u03b9\u03c2 %d \u03ba\u03b1\u03b9 \u03c6\u03c4\u03ac\u03bd\u03b5\u03b9 \u03c4\u03bf \u03b2\u03c1\u03ac\u03b4\u03c5 \u03c3\u03c4\u03b7\u03bd \u0391\u03b8\u03ae\u03bd\u03b1.",
    "\u4f1a\u8bae\u5c06\u5728%d\u70b9\u5f00\u59cb\uff0c\u8bf7\u63d0\u524d\u9605\u8bfb\u62a5\u544a\u5e76\u51c6\u5907\u95ee\u9898\u3002\u6211\u4eec\u4f7f\u7528\uff21\uff22\uff23\u8f6f\u4ef6\u3002",
    "\u4f1a\u8b70\u306f%d\u6642\u306b\u59cb\u307e\u308a\u307e\u3059\u3002\u30ec\u30dd\u30fc\u30c8\u3092\u8aad\u3093\u3067\u304a\u3044\u3066\u304f\u3060\u3055\u3044\u3002",
    "\ud68c\uc758\ub294 %d\uc2dc\uc5d0 \uc2dc\uc791\ud569\ub2c8\ub2e4. \ubcf4\uace0\uc11c\ub97c \ubbf8\ub9ac \uc77d\uc5b4 \uc8fc\uc138\uc694.",
    "\u064a\u0628\u062f\u0623 \u0627\u0644\u0627\u062c\u062a\u0645\u0627\u0639 \u0641\u064a \u0627\u0644\u0633\u0627\u0639\u0629 %d\u060c \u064a\u0631\u062c\u0649 \u0642\u0631\u0627\u0621\u0629 \u0627\u0644\u062a\u0642\u0631\u064a\u0631.\u200f",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 %d \u06a9\u062a\u0627\u0628\u200c\u0647\u0627 \u0631\u0627 \u0628\u0647 \u06a9\u062a\u0627\u0628\u062e\u0627\u0646\u0647 \u0628\u0628\u0631\u0645.",
    "\u092c\u0948\u0920\u0915 %d \u092c\u091c\u0947 \u0936\u0941\u0930\u0942 \u0939\u094b\u0917\u0940, \u0915\u0943\u092a\u092f\u093e \u0930\u093f\u092a\u094b\u0930\u094d\u200d\u091f \u092a\u0939\u0932\u0947 \u092a\u0922\u093c \u0932\u0947\u0902\u0964",
    "\u05d4\u05e4\u05d2\u05d9\u05e9\u05d4 \u05de\u05ea\u05d7\u05d9\u05dc\u05d4 \u05d1\u05e9\u05e2\u05d4 %d, \u05e0\u05d0 \u05dc\u05e7\u05e8\u05d5\u05d0 \u05d0\u05ea \u05d4\u05d3\u05d5\u05d7 (PDF).\u200f",
    "\u0e01\u0e32\u0e23\u0e1b\u0e23\u0e30\u0e0a\u0e38\u0e21\u0e40\u0e23\u0e34\u0e48\u0e21\u0e40\u0e27\u0e25\u0e32 %d \u0e42\u0e21\u0e07 \u0e01\u0e23\u0e38\u0e13\u0e32\u0e2d\u0e48\u0e32\u0e19\u0e23\u0e32\u0e22\u0e07\u0e32\u0e19",
    "Great job, %d points! \ud83d\udc69\u200d\ud83d\udcbb\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc7f \u2764\ufe0f\ud83d\udc4d\ud83c\udffd See you at the caf\u00e9.",
    "The lens is 50 \u03bcm thick, \u03b1-decay takes %d ms, and \u0394x \u2265 \u0127/2\u0394p holds for every state.",
  };

  private BenignRows() {}

  /** All kinds by name. */
  static Map<String, Function<Random, String>> kinds() {
    Map<String, Function<Random, String>> kinds = new LinkedHashMap<>();
    kinds.put("languages", random -> sentences(random, 3));
    kinds.put("java", BenignRows::java);
    kinds.put("javascript", BenignRows::javascript);
    kinds.put("sql", BenignRows::sql);
    kinds.put("logs", BenignRows::logs);
    kinds.put("tokens", BenignRows::tokens);
    kinds.put("formulas", BenignRows::formulas);
    kinds.put("chemistry", BenignRows::chemistry);
    kinds.put("dna", BenignRows::dna);
    kinds.put("tables", BenignRows::tables);
    kinds.put("json", BenignRows::json);
    kinds.put("chess", BenignRows::chess);
    return kinds;
  }

  static String sentences(Random random, int count) {
    // Rows of a file in one language, rarely two, are what is met; so one language a turn.
    String sentence = pick(random, SENTENCES);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      out.append(sentence.formatted(random.nextInt(3, 60))).append(' ');
    }
    return out.toString();
  }

  private static String pick(Random random, String... values) {
    return values[random.nextInt(values.length)];
  }

  private static String upper(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private static String repeat(Random random, int least, int most, Function<Random, String> part) {
    StringBuilder out = new StringBuilder();
    int count = random.nextInt(least, most);
    for (int i = 0; i < count; i++) {
      out.append(part.apply(random));
    }
    return out.toString();
  }

  private static String java(Random random) {
    return repeat(
        random,
        1,
        6,
        r -> {
          String noun = pick(r, NOUNS);
          String verb = pick(r, VERBS);
          return """
          /** %ss one %s. */
          public static List<%s> %s%s(Map<String, %s> %ss, int max%s) {
            if (%ss.size() > max%s) { throw new IllegalArgumentException("too many: " + %ss.size()); }
            return %ss.values().stream().filter(x -> x.id() != 0x%x).sorted().toList();
          }
          """
              .formatted(
                  upper(verb),
                  noun,
                  upper(noun),
                  verb,
                  upper(noun),
                  upper(noun),
                  noun,
                  upper(verb),
                  noun,
                  upper(verb),
                  noun,
                  noun,
                  r.nextInt(1 << 20));
        });
  }

  private static String javascript(Random random) {
    return repeat(
        random,
        1,
        5,
        r ->
            "const %s = await fetch(`/api/v%d/%ss?id=${id}&k=%s`).then(r => r.json());\nexpect(%s?.[%d] ?? null).toEqual({a: 1, [%s]: !0});\n"
                .formatted(
                    pick(r, NOUNS),
                    r.nextInt(9),
                    pick(r, NOUNS),
                    pick(r, VERBS),
                    pick(r, NOUNS),
                    r.nextInt(9),
                    pick(r, NOUNS)));
  }

  private static String sql(Random random) {
    return repeat(
        random,
        1,
        4,
        r ->
            "SELECT t%d.%s_id, COUNT(*) AS n, MAX(%s) FROM %ss t%d LEFT JOIN %ss u ON u.id = t%d.%s_id WHERE created_at >= '2023-%02d-11' GROUP BY 1 HAVING COUNT(*) > %d ORDER BY n DESC LIMIT 10;\n"
                .formatted(
                    r.nextInt(9),
                    pick(r, NOUNS),
                    pick(r, NOUNS),
                    pick(r, NOUNS),
                    r.nextInt(9),
                    pick(r, NOUNS),
                    r.nextInt(9),
                    pick(r, NOUNS),
                    r.nextInt(1, 13),
                    r.nextInt(90)));
  }

  private static String logs(Random random) {
    return repeat(
        random,
        2,
        9,
        r ->
            "2024-0%d-1%dT08:%02d:11.%03dZ %s [http-nio-%d] c.e.%s.%sHandler - %s %s failed, trace=%s ip=10.%d.%d.7 dur=%dms\n"
                .formatted(
                    r.nextInt(1, 9),
                    r.nextInt(9),
                    r.nextInt(60),
                    r.nextInt(999),
                    pick(r, "INFO", "WARN", "ERROR", "DEBUG"),
                    r.nextInt(8000, 9000),
                    pick(r, NOUNS),
                    upper(pick(r, NOUNS)),
                    pick(r, VERBS),
                    pick(r, NOUNS),
                    hex(r, 16),
                    r.nextInt(255),
                    r.nextInt(255),
                    r.nextInt(900)));
  }

  private static String hex(Random random, int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return HexFormat.of().formatHex(value);
  }

  private static String tokens(Random random) {
    byte[] key = new byte[random.nextInt(24, 300)];
    random.nextBytes(key);
    String secret =
        Base64.getEncoder()
            .encodeToString((pick(random, NOUNS) + "-pass").getBytes(StandardCharsets.UTF_8));
    return switch (random.nextInt(5)) {
      case 0 -> "The SHA-256 of the file is " + hex(random, 32) + ".";
      case 1 -> hex(random, random.nextBoolean() ? 32 : 20);
      case 2 -> "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(key);
      case 3 ->
          "apiVersion: v1\nkind: Secret\ndata:\n  password: "
              + secret
              + "\n  token: "
              + Base64.getEncoder().encodeToString(key);
      default ->
          "See https://example.com/"
              + pick(random, NOUNS)
              + "?sig="
              + Base64.getUrlEncoder().encodeToString(key);
    };
  }

  private static String formulas(Random random) {
    return repeat(
        random,
        1,
        5,
        r ->
            "Let $f_%d(x) = \\frac{\\partial^2 u}{\\partial x^%d} + \\sum_{k=0}^{n} \\alpha_k \\cdot e^{-i k \\omega t}$, so that $\\lVert A^{\\top} b \\rVert_2 \\le %d \\sqrt{n}$ and 7x=%d, x=%d.\n"
                .formatted(
                    r.nextInt(9), r.nextInt(9), r.nextInt(99), 7 * r.nextInt(99), r.nextInt(99)));
  }

  private static String chemistry(Random random) {
    return pick(
            random,
            "CC(=O)OC1=CC=CC=C1C(=O)O",
            "CN1C=NC2=C1C(=O)N(C(=O)N2C)C",
            "2 KMnO4 + 16 HCl -> 2 KCl + 2 MnCl2 + 8 H2O + 5 Cl2",
            "InChI=1S/C9H8O4/c1-6(10)13-8-5-3-2-4-7(8)9(11)12/h2-5H,1H3,(H,11,12)",
            "(2S,3R)-2-amino-3-hydroxybutanoic acid reacts with di-tert-butyl dicarbonate")
        + "\n"
        + random.nextInt(99)
        + " mol";
  }

  private static String dna(Random random) {
    return "Sequence: " + repeat(random, 40, 300, r -> pick(r, "A", "C", "G", "T"));
  }

  private static String tables(Random random) {
    return "| id | name | price |\n|----|------|-------|\n"
        + repeat(
            random,
            3,
            12,
            r ->
                "| %d | %s | %.2f |\n"
                    .formatted(r.nextInt(999), pick(r, NOUNS), r.nextDouble() * 90));
  }

  private static String json(Random random) {
    List<String> members = new ArrayList<>();
    int count = random.nextInt(3, 12);
    for (int i = 0; i < count; i++) {
      members.add(
          "\"%s_%s\": %s"
              .formatted(
                  pick(random, VERBS),
                  pick(random, NOUNS),
                  pick(
                      random,
                      "true",
                      "null",
                      "[1, 2, 3]",
                      "\"" + hex(random, 8) + "\"",
                      "{\"x\": 0.5}")));
    }
    return "{" + String.join(", ", members) + "}";
  }

  private static String chess(Random random) {
    return repeat(
        random,
        5,
        30,
        r ->
            "%d. %s%s%d %sx%s%d "
                .formatted(
                    r.nextInt(1, 40),
                    pick(r, "N", "B", "Q", "R", ""),
                    pick(r, "a", "c", "e", "f"),
                    r.nextInt(1, 9),
                    pick(r, "N", "B", "Q"),
                    pick(r, "b", "d", "g"),
                    r.nextInt(1, 9)));
  }
}
