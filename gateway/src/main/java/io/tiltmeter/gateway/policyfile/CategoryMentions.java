package io.tiltmeter.gateway.policyfile;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The categories that a condition names, as in {@code categories["privacy"]}. */
final class CategoryMentions {
  private static final Set<String> BY_NAME = Set.of("_[_]", "@in", "_in_");

  private final CelAbstractSyntaxTree tree;

  CategoryMentions(CelAbstractSyntaxTree tree) {
    this.tree = tree;
  }

  /** The names that are not among the known ones. */
  List<String> unknown(Set<String> known) {
    return CelNavigableAst.fromAst(tree)
        .getRoot()
        .allNodes()
        .map(CelNavigableExpr::expr)
        .filter(expr -> expr.exprKind().getKind() == ExprKind.Kind.CALL)
        .flatMap(expr -> named(expr.call()))
        .filter(name -> !known.contains(name))
        .distinct()
        .toList();
  }

  private static Stream<String> named(CelCall call) {
    boolean ofCategories =
        BY_NAME.contains(call.function()) && call.args().stream().anyMatch(CategoryMentions::isMap);
    return ofCategories ? call.args().stream().flatMap(CategoryMentions::literal) : Stream.empty();
  }

  private static boolean isMap(CelExpr expr) {
    return expr.exprKind().getKind() == ExprKind.Kind.IDENT
        && expr.ident().name().equals("categories");
  }

  private static Stream<String> literal(CelExpr expr) {
    return expr.exprKind().getKind() == ExprKind.Kind.CONSTANT
            && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
        ? Stream.of(expr.constant().stringValue())
        : Stream.empty();
  }
}
