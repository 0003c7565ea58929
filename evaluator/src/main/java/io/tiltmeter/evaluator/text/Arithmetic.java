package io.tiltmeter.evaluator.text;

/** Python's arithmetic on numbers; text and lists are not multiplied. */
final class Arithmetic {
  private Arithmetic() {}

  static Object apply(String operator, Object left, Object right) {
    if (!TemplateValues.isNumber(left) || !TemplateValues.isNumber(right)) {
      throw new TemplateException(
          "\"%s\" is used on other values than it fits".formatted(operator));
    }
    try {
      return left instanceof Double || right instanceof Double || operator.equals("/")
          ? (Object) real(operator, TemplateValues.number(left), TemplateValues.number(right))
          : whole(operator, TemplateValues.integer(left), TemplateValues.integer(right));
    } catch (ArithmeticException e) {
      throw new TemplateException("number is divided by 0 or too large");
    }
  }

  private static Long whole(String operator, long left, long right) {
    return switch (operator) {
      case "+" -> Math.addExact(left, right);
      case "-" -> Math.subtractExact(left, right);
      case "*" -> Math.multiplyExact(left, right);
      case "//" -> Math.floorDiv(left, right);
      default -> Math.floorMod(left, right);
    };
  }

  private static Double real(String operator, double left, double right) {
    if (right == 0 && "/ // %".contains(operator)) {
      throw new ArithmeticException("division by 0");
    }
    return switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> left / right;
      case "//" -> Math.floor(left / right);
      default -> left - right * Math.floor(left / right);
    };
  }
}
