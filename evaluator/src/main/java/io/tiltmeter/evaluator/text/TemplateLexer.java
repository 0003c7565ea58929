package io.tiltmeter.evaluator.text;

import io.tiltmeter.evaluator.text.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a Jinja template into tokens, with {@code trim_blocks} and {@code lstrip_blocks} on and the
 * last newline dropped, as the transformers library sets them (Jinja documentation, "Whitespace
 * Control").
 */
final class TemplateLexer {
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<name>[A-Za-z_][A-Za-z0-9_]*)"
              + "|(?<float>\\d+\\.\\d+)"
              + "|(?<integer>\\d+)"
              + "|(?<string>'(?:[^'\\\\]|\\\\.)*+'|\"(?:[^\"\\\\]|\\\\.)*+\")"
              + "|(?<operator>\\*\\*|//|==|!=|<=|>=|[-+*/%~<>=()\\[\\]{},.:|])",
          Pattern.DOTALL);

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int counted;
  private int line = 1;

  /** Whether the text before {@link #position} ends a line that a tag may indent. */
  private boolean lineStarts = true;

  private TemplateLexer(String source) {
    this.source = source;
  }

  /**
   * All tokens, with one of kind END last.
   *
   * @throws TemplateException if a tag is not closed or holds a character that no token starts with
   */
  static List<Token> tokens(String template) {
    String text = template.replace("\r\n", "\n");
    String source = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return new TemplateLexer(source).run();
  }

  private List<Token> run() {
    while (position < source.length()) {
      int tag = nextTag();
      data(tag);
      position = tag;
      if (tag < source.length()) {
        tag();
      }
    }
    add(Kind.END, "");
    return tokens;
  }

  private int nextTag() {
    for (int i = source.indexOf('{', position); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return source.length();
  }

  private void data(int end) {
    String text = source.substring(position, end);
    char sign = end + 2 < source.length() ? source.charAt(end + 2) : ' ';
    if (end < source.length() && sign == '-') {
      text = text.stripTrailing();
    } else if (end < source.length() && source.charAt(end + 1) != '{' && sign != '+') {
      text = withoutIndent(text);
    }
    if (!text.isEmpty()) {
      add(Kind.DATA, text);
    }
  }

  private String withoutIndent(String text) {
    int line = text.lastIndexOf('\n') + 1;
    boolean alone = line > 0 || lineStarts;
    return alone && text.substring(line).isBlank() ? text.substring(0, line) : text;
  }

  private void tag() {
    char kind = source.charAt(position + 1);
    if (kind == '#') {
      comment();
      return;
    }
    boolean block = kind == '%';
    add(block ? Kind.BLOCK_START : Kind.OUTPUT_START, "");
    position += 2;
    if (position < source.length() && "-+".indexOf(source.charAt(position)) >= 0) {
      position++;
    }
    inside(block ? "%}" : "}}");
    add(block ? Kind.BLOCK_END : Kind.OUTPUT_END, "");
    end(block);
  }

  private void comment() {
    int end = source.indexOf("#}", position + 2);
    if (end < 0) {
      throw TemplateException.at(line(), "comment is not closed");
    }
    position = end - ("-+".indexOf(source.charAt(end - 1)) >= 0 ? 1 : 0);
    end(true);
  }

  /** Lexes up to the end mark; marks within brackets belong to the expression. */
  private void inside(String mark) {
    Matcher matcher = TOKEN.matcher(source);
    int depth = 0;
    while (true) {
      while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
        position++;
      }
      if (depth == 0 && isEnd(mark)) {
        return;
      }
      matcher.region(position, source.length());
      if (!matcher.lookingAt()) {
        throw TemplateException.at(line(), "tag is not closed or holds a stray character");
      }
      depth += "([{".contains(matcher.group()) ? 1 : ")]}".contains(matcher.group()) ? -1 : 0;
      add(matcher);
      position = matcher.end();
    }
  }

  private boolean isEnd(String mark) {
    int at = position;
    if (at < source.length() && "-+".indexOf(source.charAt(at)) >= 0) {
      at++;
    }
    return source.startsWith(mark, at);
  }

  private void add(Matcher matcher) {
    String text = matcher.group();
    if (matcher.group("name") != null) {
      add(Kind.NAME, text);
    } else if (matcher.group("float") != null) {
      add(Kind.FLOAT, text);
    } else if (matcher.group("integer") != null) {
      add(Kind.INTEGER, text);
    } else if (matcher.group("string") != null) {
      add(Kind.STRING, unescaped(text.substring(1, text.length() - 1)));
    } else {
      add(Kind.OPERATOR, text);
    }
  }

  /** Python's string escapes, those that templates use. */
  private String unescaped(String text) {
    try {
      return text.replace("\\'", "'").translateEscapes();
    } catch (IllegalArgumentException e) {
      throw TemplateException.at(line(), "string holds an unknown escape");
    }
  }

  /** Steps over the end mark, and over the white space that it eats. */
  private void end(boolean block) {
    char sign = source.charAt(position);
    position += "-+".indexOf(sign) >= 0 ? 3 : 2;
    int from = position;
    if (sign == '-') {
      while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
        position++;
      }
    } else if (block && sign != '+' && source.startsWith("\n", position)) {
      position++;
    }
    lineStarts = position > from && source.charAt(position - 1) == '\n';
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, line()));
  }

  /** Counts on from where it last stopped, so that lexing stays linear. */
  private int line() {
    for (; counted < position; counted++) {
      line += source.charAt(counted) == '\n' ? 1 : 0;
    }
    return line;
  }
}
