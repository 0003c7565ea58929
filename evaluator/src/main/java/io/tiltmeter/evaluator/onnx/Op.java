package io.tiltmeter.evaluator.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.List;
import java.util.stream.Stream;

/**
 * An operator with its attributes.
 *
 * @param domain empty for the standard operators
 */
record Op(String domain, String type, List<AttributeProto> attributes) {
  static final String MICROSOFT = "com.microsoft";

  static Op standard(String type) {
    return new Op("", type, List.of());
  }

  static Op microsoft(String type) {
    return new Op(MICROSOFT, type, List.of());
  }

  Op with(String name, long value) {
    return with(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.INT)
            .setI(value)
            .build());
  }

  Op with(String name, float value) {
    return with(
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.FLOAT)
            .setF(value)
            .build());
  }

  private Op with(AttributeProto attribute) {
    return new Op(domain, type, Stream.concat(attributes.stream(), Stream.of(attribute)).toList());
  }
}
