package io.tiltmeter.evaluator.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.tiltmeter.evaluator.checkpoint.Dimensions;
import io.tiltmeter.evaluator.checkpoint.Export;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks through the graphs of an export and writes them anew. Nothing of a file is executed, and
 * whatever is not on a list of what exports are made of refuses it by name.
 */
public final class ExportVetting {
  /** From here on operators mean what they mean in the nodes that are added. */
  private static final long OLDEST_OPSET = 13;

  private static final long OLDEST_IR = 4;

  private ExportVetting() {}

  /**
   * Vets all graphs, in the order in which they run; reads the ONNX files once.
   *
   * @throws ModelException in one line, if anything in the files is not what an export holds
   */
  public static List<VettedGraph> vet(Export export) {
    Set<String> unused = new HashSet<>(export.data().keySet());
    List<VettedGraph> graphs = new ArrayList<>();
    for (Path file : export.graphs()) {
      Map<String, Path> files = new HashMap<>(export.data());
      files.put(file.getFileName().toString(), file);
      Refusal refusal = new Refusal(file);
      TensorRules tensors = new TensorRules(refusal, files);
      graphs.add(vet(GraphFile.read(file), refusal, tensors, export.dimensions()));
      unused.removeAll(tensors.used());
    }
    if (!unused.isEmpty()) {
      throw new ModelException(
          "%s: no graph refers to %s; remove it"
              .formatted(export.directory(), String.join(", ", unused)));
    }
    requireOrder(export, graphs);
    return graphs;
  }

  private static VettedGraph vet(
      ModelProto model, Refusal refusal, TensorRules tensors, Dimensions dimensions) {
    GraphProto found = model.getGraph();
    GraphProto.Builder graph = GraphProto.newBuilder().setName("decoder");
    new Signature(refusal, dimensions).copy(found, graph);
    Set<String> inputs = new HashSet<>();
    graph.getInputList().forEach(input -> inputs.add(input.getName()));
    for (TensorProto tensor : found.getInitializerList()) {
      if (inputs.contains(tensor.getName())) {
        throw refusal.extra("input %s with a value".formatted(Refusal.name(tensor.getName())));
      }
      graph.addInitializer(tensors.weight(tensor));
    }
    new NodeRules(refusal, tensors).copy(found.getNodeList(), graph);
    NextToken.append(graph);
    ModelProto.Builder written =
        ModelProto.newBuilder().setIrVersion(version(model, refusal)).setGraph(graph);
    opsets(model, refusal).forEach(written::addOpsetImport);
    return new VettedGraph(
        written.build(), Signature.takesPast(found), Signature.takesBranch(found));
  }

  private static long version(ModelProto model, Refusal refusal) {
    if (model.getIrVersion() < OLDEST_IR) {
      throw refusal.of(
          "expected file format version %d or later, found %d; export the model again"
              .formatted(OLDEST_IR, model.getIrVersion()));
    }
    return model.getIrVersion();
  }

  private static List<OperatorSetIdProto> opsets(ModelProto model, Refusal refusal) {
    boolean standard = false;
    for (OperatorSetIdProto opset : model.getOpsetImportList()) {
      if (!Operators.knowsDomain(opset.getDomain())
          || !opset.getUnknownFields().asMap().isEmpty()) {
        throw refusal.extra("operator set " + Refusal.name(opset.getDomain()));
      }
      standard |= Operators.isStandard(opset.getDomain()) && opset.getVersion() >= OLDEST_OPSET;
    }
    if (!standard) {
      throw refusal.of(
          "expected operator set %d or later; export the model again (--opset)"
              .formatted(OLDEST_OPSET));
    }
    return model.getOpsetImportList();
  }

  private static void requireOrder(Export export, List<VettedGraph> graphs) {
    boolean pair = graphs.size() > 1;
    if (!graphs.getLast().takesPast() || (pair && graphs.getFirst().takesPast())) {
      throw new ModelException(
          "%s: expected a graph that takes past_key_values%s, found another; export the model for the task text-generation-with-past"
              .formatted(export.directory(), pair ? " after one that takes none" : ""));
    }
    if (pair && graphs.stream().anyMatch(VettedGraph::takesBranch)) {
      throw new ModelException(
          "%s: %s is an input of two graphs, expected it in a merged one only; keep the files of one export"
              .formatted(export.directory(), VettedGraph.BRANCH));
    }
  }
}
