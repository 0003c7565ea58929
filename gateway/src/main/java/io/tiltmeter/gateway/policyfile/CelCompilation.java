package io.tiltmeter.gateway.policyfile;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.tiltmeter.gateway.sourcefile.Issues;
import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.gateway.sourcefile.Place;
import io.tiltmeter.gateway.sourcefile.Words;
import io.tiltmeter.policy.gate.Condition;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compiles conditions against the evidence's variables, so that a wrong name never runs. */
final class CelCompilation {
  // A policy comes from its owner, but a slip must not hang a release: everything is bounded.
  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .maxExpressionCodePointSize(4_096)
          .maxParseRecursionDepth(32)
          .comprehensionMaxIterations(10_000)
          .build();
  private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']+)' .*");
  private static final Set<String> VARIABLES = EvidenceVariables.types().keySet();
  private static final CelCompiler COMPILER = compiler();
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.legacyCelRuntimeBuilder().setOptions(OPTIONS).build();

  private final Set<String> categories;
  private final Issues issues;

  CelCompilation(Set<String> categories, Issues issues) {
    this.categories = categories;
    this.issues = issues;
  }

  private static CelCompiler compiler() {
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .setTypeProvider(EvidenceVariables.typeProvider())
            .setResultType(SimpleType.BOOL);
    EvidenceVariables.types().forEach(builder::addVar);
    return builder.build();
  }

  /** The condition, or empty where the text is no condition over the evidence; that is reported. */
  Optional<Condition> compile(Node.Text when) {
    try {
      CelAbstractSyntaxTree tree = COMPILER.compile(when.value()).getAst();
      new CategoryMentions(tree).unknown(categories).forEach(name -> reportCategory(when, name));
      return Optional.of(new CelCondition(when.value(), RUNTIME.createProgram(tree)));
    } catch (CelValidationException e) {
      e.getErrors().forEach(issue -> report(when, issue));
    } catch (CelEvaluationException e) {
      issues.add(when.place(), "\"when\" cannot be compiled: %s".formatted(e.getMessage()));
    }
    return Optional.empty();
  }

  private void reportCategory(Node.Text when, String name) {
    issues.add(
        when.place(),
        "\"when\" names the unknown category %s; the nearest is %s"
            .formatted(Words.quote(name), Words.quote(Words.nearest(name, categories))));
  }

  private void report(Node.Text when, CelIssue issue) {
    issues.add(
        placeOf(when, issue.getSourceLocation()),
        "\"when\" is no condition: %s".formatted(words(issue.getMessage())));
  }

  private static String words(String message) {
    Matcher undeclared = UNDECLARED.matcher(message);
    return undeclared.matches()
        ? "there is no variable %s; the nearest is %s"
            .formatted(
                Words.quote(undeclared.group(1)),
                Words.quote(Words.nearest(undeclared.group(1), VARIABLES)))
        : message.lines().findFirst().orElse("");
  }

  private static Place placeOf(Node.Text when, CelSourceLocation location) {
    Place body = when.body();
    int line = Math.max(location.getLine(), 1);
    int column = Math.max(location.getColumn(), 0);
    boolean onFirstLine = line == 1;
    boolean indented = body.line() > when.place().line();
    int from = onFirstLine || indented ? body.column() : 1;
    return new Place(body.line() + line - 1, from + column);
  }
}
