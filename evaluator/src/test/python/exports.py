"""Exports small models of architectures.py as the Optimum library lays them out.

Layouts: `single` is what `optimum-cli export onnx --task text-generation-with-past` writes today
(model.onnx, usable with and without a past); `pair` is the older one (decoder_model.onnx and
decoder_with_past_model.onnx); `merged` is the pair in one file (decoder_model_merged.onnx) with
the input use_cache_branch, put together by Optimum's own merge_decoders.

Weights are not stored. As in Optimum's exports of large models they lie in a file of their own
(*.onnx_data), and weights.json says what to write there: for each tensor the weight that it is,
by its name in reference.json, and whether it is transposed. ExportCase makes the bytes in Java.

Usage: python exports.py   (needs torch, transformers < 4.58 and optimum-onnx 0.1)
"""

import gzip
import json
import pathlib
import tempfile

import numpy as np
import onnx
import torch
from optimum.exporters.onnx import export
from optimum.exporters.onnx.model_configs import LlamaOnnxConfig, Qwen2OnnxConfig
from optimum.onnx import merge_decoders
from transformers import AutoConfig, AutoModelForCausalLM

from architectures import ROOT, made

EXPORTS = ROOT.parent / "exports"
CONFIGS = {"llama": LlamaOnnxConfig, "qwen2": Qwen2OnnxConfig}
THRESHOLD = 1024


def loaded(case):
    reference = json.loads((ROOT / case / "reference.json").read_text())
    weights = made(reference["salt"], reference["tensors"])
    config = AutoConfig.from_pretrained(ROOT / case)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    model.load_state_dict(weights, strict=False)
    return model, {name: tensor.numpy() for name, tensor in weights.items()}


def exported(case, model, path, past):
    task = {"use_past": True, "use_past_in_inputs": past, "task": "text-generation"}
    export(model, CONFIGS[case](model.config, **task), path, opset=18)
    return onnx.load(path)


def source(tensor, weights):
    found = onnx.numpy_helper.to_array(tensor)
    for name, value in weights.items():
        for transposed in (False, True):
            wanted = value.T if transposed else value
            if found.shape == wanted.shape and np.array_equal(found, wanted):
                return {"weight": name, "transposed": transposed}
    raise SystemExit(f"{tensor.name} is no weight of the model")


def write(folder, name, graph, weights):
    """Writes the graph as Optimum does, and drops the data file once its content is described."""
    listed, offset = [], 0
    for tensor in graph.graph.initializer:
        if len(tensor.raw_data) >= THRESHOLD:
            listed.append({**source(tensor, weights), "offset": offset})
            length, data = len(tensor.raw_data), f"{name}_data"
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            for key, value in (("location", data), ("offset", offset), ("length", length)):
                tensor.external_data.add(key=key, value=str(value))
            offset += length
    folder.mkdir(parents=True, exist_ok=True)
    packed = gzip.compress(graph.SerializeToString(), mtime=0)
    (folder / f"{name}.gz").write_bytes(packed)
    print(f"{folder.name}/{name}: {len(packed):,} bytes packed")
    return listed


def write_all(case, layout, graphs, weights):
    folder = EXPORTS / f"{case}-{layout}"
    listed = {f"{name}_data": write(folder, name, graph, weights) for name, graph in graphs.items()}
    (folder / "weights.json").write_text(json.dumps(listed, indent=1) + "\n")


def main():
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        for case in CONFIGS:
            model, weights = loaded(case)
            single = exported(case, model, scratch / f"{case}.onnx", True)
            write_all(case, "single", {"model.onnx": single}, weights)
        model, weights = loaded("llama")
        first = exported("llama", model, scratch / "first.onnx", False)
        later = exported("llama", model, scratch / "later.onnx", True)
        both = scratch / "merged.onnx"
        merge_decoders(scratch / "first.onnx", scratch / "later.onnx", save_path=both)
        merged = onnx.load(both)
        pair = {"decoder_model.onnx": first, "decoder_with_past_model.onnx": later}
        write_all("llama", "pair", pair, weights)
        write_all("llama", "merged", {"decoder_model_merged.onnx": merged}, weights)


main()
