package io.tiltmeter.evaluator.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Set;

/**
 * What a node of an export may be. Checked nodes are copied member by member; names and texts for
 * people are left behind.
 */
final class NodeRules {
  private static final Set<String> BRANCHES = Set.of("then_branch", "else_branch");

  /** A merged decoder has one branch point, and each branch may have small ones of its own. */
  private static final int MAX_DEPTH = 3;

  private final Refusal refusal;
  private final TensorRules tensors;

  NodeRules(Refusal refusal, TensorRules tensors) {
    this.refusal = refusal;
    this.tensors = tensors;
  }

  /** Copies the nodes of a whole graph. */
  void copy(List<NodeProto> nodes, GraphProto.Builder into) {
    copy(nodes, into, 0);
  }

  private void copy(List<NodeProto> nodes, GraphProto.Builder into, int depth) {
    nodes.forEach(node -> into.addNode(node(node, depth)));
  }

  private NodeProto node(NodeProto node, int depth) {
    String operator = Refusal.name(node.getDomain() + ":" + node.getOpType());
    if (!Operators.knows(node.getDomain(), node.getOpType())) {
      throw refusal.of(
          "operator %s is not on the list of what an exported decoder may do; export the model again with Optimum, without optimizing or quantizing it"
              .formatted(operator));
    }
    if (!node.getOverload().isEmpty() || !node.getUnknownFields().asMap().isEmpty()) {
      throw refusal.extra("operator %s with unknown members".formatted(operator));
    }
    NodeProto.Builder copy =
        NodeProto.newBuilder()
            .setDomain(node.getDomain())
            .setOpType(node.getOpType())
            .addAllInput(node.getInputList())
            .addAllOutput(node.getOutputList());
    requireBranches(node, operator);
    for (AttributeProto attribute : node.getAttributeList()) {
      copy.addAttribute(attribute(attribute, node, depth));
    }
    return copy.build();
  }

  private void requireBranches(NodeProto node, String operator) {
    List<String> graphs =
        node.getAttributeList().stream()
            .filter(attribute -> attribute.getType() == AttributeType.GRAPH)
            .map(AttributeProto::getName)
            .toList();
    boolean branching = node.getOpType().equals(Operators.BRANCHING);
    if (branching
        ? graphs.size() != BRANCHES.size() || !BRANCHES.equals(Set.copyOf(graphs))
        : !graphs.isEmpty()) {
      throw refusal.extra("operator %s with such graphs inside".formatted(operator));
    }
  }

  private AttributeProto attribute(AttributeProto attribute, NodeProto node, int depth) {
    String what =
        "attribute %s of %s"
            .formatted(Refusal.name(attribute.getName()), Refusal.name(node.getOpType()));
    if (!attribute.getRefAttrName().isEmpty() || !attribute.getUnknownFields().asMap().isEmpty()) {
      throw refusal.extra(what + " with unknown members");
    }
    if (attribute.getName().equals("to")) {
      TensorRules.requireType(refusal, Math.clamp(attribute.getI(), -1, Integer.MAX_VALUE), what);
    }
    AttributeProto.Builder copy =
        AttributeProto.newBuilder().setName(attribute.getName()).setType(attribute.getType());
    switch (attribute.getType()) {
      case FLOAT -> copy.setF(attribute.getF());
      case INT -> copy.setI(attribute.getI());
      case STRING -> copy.setS(attribute.getS());
      case FLOATS -> copy.addAllFloats(attribute.getFloatsList());
      case INTS -> copy.addAllInts(attribute.getIntsList());
      case STRINGS -> copy.addAllStrings(attribute.getStringsList());
      case TENSOR -> copy.setT(tensors.constant(attribute.getT()));
      case GRAPH -> copy.setG(branch(attribute.getG(), depth + 1));
      case UNDEFINED, SPARSE_TENSOR, TENSORS, SPARSE_TENSORS, GRAPHS, TYPE_PROTO, TYPE_PROTOS ->
          throw refusal.extra("%s of type %s".formatted(what, attribute.getType()));
    }
    return copy.build();
  }

  private GraphProto branch(GraphProto graph, int depth) {
    if (depth > MAX_DEPTH) {
      throw refusal.extra("a branch within %d branches".formatted(MAX_DEPTH));
    }
    if (graph.getInputCount() > 0
        || graph.getSparseInitializerCount() > 0
        || graph.getQuantizationAnnotationCount() > 0
        || !graph.getUnknownFields().asMap().isEmpty()) {
      throw refusal.extra("a branch with inputs or unknown members");
    }
    GraphProto.Builder copy = GraphProto.newBuilder().setName("branch");
    graph.getInitializerList().forEach(tensor -> copy.addInitializer(tensors.constant(tensor)));
    copy(graph.getNodeList(), copy, depth);
    for (ValueInfoProto output : graph.getOutputList()) {
      // The type of a branch's result follows from its nodes.
      copy.addOutput(ValueInfoProto.newBuilder().setName(output.getName()));
    }
    return copy.build();
  }
}
