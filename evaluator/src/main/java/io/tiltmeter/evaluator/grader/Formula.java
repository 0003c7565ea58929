package io.tiltmeter.evaluator.grader;

import com.ezylang.evalex.BaseException;
import com.ezylang.evalex.EvaluationException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.config.ExpressionConfiguration;
import com.ezylang.evalex.config.FunctionDictionaryIfc;
import com.ezylang.evalex.config.MapBasedFunctionDictionary;
import com.ezylang.evalex.config.MapBasedOperatorDictionary;
import com.ezylang.evalex.config.OperatorDictionaryIfc;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.functions.AbstractFunction;
import com.ezylang.evalex.functions.FunctionParameter;
import com.ezylang.evalex.functions.basic.AbsFunction;
import com.ezylang.evalex.functions.basic.CeilingFunction;
import com.ezylang.evalex.functions.basic.FloorFunction;
import com.ezylang.evalex.functions.basic.LogFunction;
import com.ezylang.evalex.functions.basic.MaxFunction;
import com.ezylang.evalex.functions.basic.MinFunction;
import com.ezylang.evalex.functions.basic.SqrtFunction;
import com.ezylang.evalex.operators.AbstractOperator;
import com.ezylang.evalex.operators.InfixOperator;
import com.ezylang.evalex.operators.OperatorIfc;
import com.ezylang.evalex.operators.arithmetic.InfixDivisionOperator;
import com.ezylang.evalex.operators.arithmetic.InfixMinusOperator;
import com.ezylang.evalex.operators.arithmetic.InfixMultiplicationOperator;
import com.ezylang.evalex.operators.arithmetic.InfixPlusOperator;
import com.ezylang.evalex.operators.arithmetic.PrefixMinusOperator;
import com.ezylang.evalex.operators.arithmetic.PrefixPlusOperator;
import com.ezylang.evalex.parser.ParseException;
import com.ezylang.evalex.parser.Token;
import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How the rewards of several graders make one: {@code + - * / ^}, brackets, {@code min max abs
 * floor ceil exp sqrt log} (natural) and the names of graders, nothing else.
 */
public final class Formula {
  /** Characters of the longest formula. */
  public static final int MAX_LENGTH = 1_000;

  /** Numbers that would fill the memory as soon as they are rounded. */
  private static final Pattern HUGE = Pattern.compile("(?<![\\w.])[\\d.]+[eE][+-]?\\d{4,}");

  private static final ExpressionConfiguration LANGUAGE =
      ExpressionConfiguration.builder()
          .operatorDictionary(operators())
          .functionDictionary(functions())
          .defaultConstants(Map.of())
          .arraysAllowed(false)
          .structuresAllowed(false)
          .implicitMultiplicationAllowed(false)
          .build();

  private final String text;

  private Formula(String text) {
    this.text = text;
  }

  private static OperatorDictionaryIfc operators() {
    OperatorDictionaryIfc operators = new MapBasedOperatorDictionary();
    operators.addOperator("+", new PrefixPlusOperator());
    operators.addOperator("-", new PrefixMinusOperator());
    operators.addOperator("+", new InfixPlusOperator());
    operators.addOperator("-", new InfixMinusOperator());
    operators.addOperator("*", new InfixMultiplicationOperator());
    operators.addOperator("/", new InfixDivisionOperator());
    operators.addOperator("^", new Power());
    return operators;
  }

  private static FunctionDictionaryIfc functions() {
    FunctionDictionaryIfc functions = new MapBasedFunctionDictionary();
    functions.addFunction("min", new MinFunction());
    functions.addFunction("max", new MaxFunction());
    functions.addFunction("abs", new AbsFunction());
    functions.addFunction("floor", new FloorFunction());
    functions.addFunction("ceil", new CeilingFunction());
    functions.addFunction("exp", new Exponential());
    functions.addFunction("sqrt", new SqrtFunction());
    functions.addFunction("log", new LogFunction());
    return functions;
  }

  /** The exponential function, which the library lacks. */
  @FunctionParameter(name = "value")
  private static final class Exponential extends AbstractFunction {
    @Override
    public EvaluationValue evaluate(
        Expression expression, Token token, EvaluationValue... parameters)
        throws EvaluationException {
      return finite(token, Math.exp(parameters[0].getNumberValue().doubleValue()));
    }
  }

  /** Powers as floating-point numbers: the library's are exact, and may never end. */
  @InfixOperator(precedence = OperatorIfc.OPERATOR_PRECEDENCE_POWER, leftAssociative = false)
  private static final class Power extends AbstractOperator {
    @Override
    public EvaluationValue evaluate(Expression expression, Token token, EvaluationValue... operands)
        throws EvaluationException {
      return finite(
          token,
          Math.pow(
              operands[0].getNumberValue().doubleValue(),
              operands[1].getNumberValue().doubleValue()));
    }
  }

  private static EvaluationValue finite(Token token, double value) throws EvaluationException {
    if (!Double.isFinite(value)) {
      throw new EvaluationException(token, "no finite number");
    }
    return EvaluationValue.numberValue(BigDecimal.valueOf(value));
  }

  /**
   * Reads a formula.
   *
   * @param names of graders that it may use
   * @throws IllegalArgumentException that says what is wrong if it cannot be read, or uses another
   *     name
   */
  public static Formula of(String text, Set<String> names) {
    if (text.isBlank() || text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "expected a formula of 1 to %d characters, found %d"
              .formatted(MAX_LENGTH, text.length()));
    }
    if (HUGE.matcher(text).find()) {
      throw new IllegalArgumentException("expected numbers below 1e999 in the formula");
    }
    try {
      Expression expression = new Expression(text, LANGUAGE);
      expression.validate();
      Set<String> others = new TreeSet<>(expression.getUsedVariables());
      others.removeIf(name -> names.stream().anyMatch(name::equalsIgnoreCase));
      if (!others.isEmpty()) {
        throw new IllegalArgumentException(
            "expected only the graders %s in the formula, found %s"
                .formatted(new TreeSet<>(names), others));
      }
      return new Formula(text);
    } catch (ParseException e) {
      throw new IllegalArgumentException(
          "the formula cannot be read at character %d: %s"
              .formatted(e.getStartPosition(), e.getMessage()),
          e);
    }
  }

  /** The value for these rewards by name; empty where there is none, as of a division by zero. */
  OptionalDouble of(Map<String, Double> rewards) {
    try {
      BigDecimal value =
          new Expression(text, LANGUAGE).withValues(rewards).evaluate().getNumberValue();
      double number = value.doubleValue();
      return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
    } catch (BaseException | ArithmeticException _) {
      return OptionalDouble.empty();
    }
  }
}
