"""Writes what the transformers library computes for small models of each architecture.

Each case is a config.json as a model's author would publish it, and a reference.json: the tensors
with the numbers that make their weights again, prompts, greedy answers, logits after some prompts.
Weights are not stored: value i of a tensor comes from SplitMix64, seeded with the FNV-1a hash of
a salt and the tensor's name, and ArchitectureTest makes the same bits in Java.

Usage: python architectures.py [CASE ...]   (needs torch, transformers, and peft for adapters)
"""

import json
import math
import pathlib
import sys

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM

ROOT = pathlib.Path(__file__).parents[1] / "resources/io/tiltmeter/evaluator/onnx/architectures"
PROMPTS = 32
ANSWER = 64
LOGITS = 4
DISTINCT = 20
# Between the first and the second token of every step: float32 may not decide which is first.
GAP = 1e-4


def plain(model_type, name, **more):
    config = {
        "architectures": [name],
        "model_type": model_type,
        "hidden_act": "silu",
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": 512,
        "max_position_embeddings": 128,
        "rms_norm_eps": 1e-05,
        "rope_theta": 10000.0,
        "tie_word_embeddings": False,
    }
    config.update(more)
    return {name: value for name, value in config.items() if value != "absent"}


def llama(**more):
    return plain("llama", "LlamaForCausalLM", **more)


def mistral(**more):
    return plain("mistral", "MistralForCausalLM", **more)


def qwen2(**more):
    return plain("qwen2", "Qwen2ForCausalLM", **more)


def qwen3(**more):
    return plain("qwen3", "Qwen3ForCausalLM", head_dim=32, **more)


def gemma(model_type, name, **more):
    return plain(
        model_type,
        name,
        **{
            "hidden_act": "absent",
            "hidden_activation": "gelu_pytorch_tanh",
            "num_hidden_layers": 4,
            "head_dim": 32,
            "sliding_window": 8,
            "query_pre_attn_scalar": 24,
            "tie_word_embeddings": True,
            **more,
        },
    )


def gemma2(**more):
    return gemma("gemma2", "Gemma2ForCausalLM", **more)


def gemma3(**more):
    return gemma("gemma3_text", "Gemma3ForCausalLM", **more)


CASES = {
    "llama": llama(),
    "llama-bias": llama(attention_bias=True, mlp_bias=True),
    "mistral": mistral(sliding_window=None, head_dim=32),
    "mistral-window": mistral(sliding_window=8),
    "qwen2": qwen2(
        tie_word_embeddings=True,
        use_sliding_window=False,
        sliding_window=4096,
        max_window_layers=28,
        rms_norm_eps=1e-06,
        rope_theta=1000000.0,
    ),
    "qwen2-window": qwen2(use_sliding_window=True, sliding_window=8, max_window_layers=1),
    "qwen3": qwen3(
        attention_bias=False,
        use_sliding_window=False,
        sliding_window=None,
        max_window_layers=28,
        rope_theta=1000000,
    ),
    "qwen3-window": qwen3(
        attention_bias=True,
        use_sliding_window=True,
        sliding_window=8,
        layer_types=["full_attention", "sliding_attention", "full_attention"],
    ),
    "rope-linear": llama(rope_scaling={"type": "linear", "factor": 4.0}),
    "rope-llama3": llama(
        head_dim=32,
        rope_theta=500000.0,
        rope_scaling={
            "rope_type": "llama3",
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 32,
        },
    ),
    "rope-yarn": qwen2(
        head_dim=32,
        use_sliding_window=False,
        rope_scaling={"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32},
    ),
    "rope-yarn-parameters": qwen3(
        rope_theta="absent",
        rope_parameters={
            "rope_type": "yarn",
            "rope_theta": 50000.0,
            "factor": 2.0,
            "original_max_position_embeddings": 64,
            "beta_fast": 8.0,
            "beta_slow": 2.0,
            "mscale": 1.0,
            "mscale_all_dim": 0.5,
            "truncate": False,
        },
    ),
    "gemma2": gemma2(
        hidden_act="gelu_pytorch_tanh",
        attn_logit_softcapping=5.0,
        final_logit_softcapping=20.0,
        cache_implementation="hybrid",
    ),
    "gemma2-plain": gemma2(
        query_pre_attn_scalar="absent",
        attn_logit_softcapping=None,
        final_logit_softcapping=None,
        layer_types=["full_attention", "sliding_attention"] * 2,
        tie_word_embeddings=False,
        attention_bias=True,
    ),
    "gemma3": gemma3(
        tie_word_embeddings="absent",
        sliding_window_pattern=3,
        rope_theta=50000.0,
        rope_local_base_freq=2000.0,
        rope_scaling={"rope_type": "linear", "factor": 4.0},
        attn_logit_softcapping=None,
        final_logit_softcapping=None,
    ),
    "gemma3-parameters": gemma3(
        rope_theta="absent",
        rope_parameters={
            "full_attention": {"rope_type": "linear", "factor": 2.0, "rope_theta": 300000.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 500.0},
        },
        layer_types=["sliding_attention", "full_attention"] * 2,
        final_logit_softcapping=15.0,
    ),
    "tied-head": qwen2(tie_word_embeddings=True, use_sliding_window=False),
    "rope-dynamic": mistral(
        sliding_window=None,
        rope_theta="absent",
        rope_parameters={"rope_type": "dynamic", "rope_theta": 20000.0, "factor": 4.0},
    ),
}

PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

ADAPTERS = {
    "llama-bias": {
        "r": 4,
        "lora_alpha": 6,
        "target_modules": PROJECTIONS,
        "use_rslora": True,
    },
    "mistral-window": {
        "r": 3,
        "lora_alpha": 8,
        "target_modules": ["q_proj", "v_proj", "down_proj"],
        "rank_pattern": {"v_proj": 2, "layers.1.self_attn.q_proj": 5},
        "alpha_pattern": {"model.layers.2.mlp.down_proj": 3, "q_proj": 4},
    },
    "qwen2": {"r": 4, "lora_alpha": 8, "target_modules": PROJECTIONS},
    "gemma2": {"r": 4, "lora_alpha": 8, "target_modules": PROJECTIONS},
    "gemma3": {"r": 2, "lora_alpha": 4, "target_modules": ["q_proj", "o_proj", "down_proj"]},
    "qwen3": {
        "r": 4,
        "lora_alpha": 4,
        "target_modules": ["q_proj", "k_proj", "o_proj", "up_proj"],
        "use_rslora": True,
        "rank_pattern": {"k_proj": 2},
        "alpha_pattern": {"up_proj": 9},
    },
    "rope-linear": {
        "r": 2,
        "lora_alpha": 4,
        "target_modules": ["v_proj", "gate_proj"],
        "modules_to_save": ["embed_tokens", "lm_head"],
    },
    "tied-head": {
        "r": 2,
        "lora_alpha": 4,
        "target_modules": ["q_proj", "down_proj"],
        "modules_to_save": ["lm_head"],
    },
}


def spread(name, shape, model_type=""):
    """Centre and half width of a tensor's uniform distribution."""
    if model_type.startswith("gemma"):
        # A small embedding and head, so that a tied one does not repeat its input; the last norm
        # makes up.
        if "embed_tokens" in name:
            return 0.0, 0.5 / math.sqrt(shape[1])
        if "lm_head" in name:
            return 0.0, 0.5 * math.sqrt(3.0 / shape[1])
        if name == "model.norm.weight":
            return 8.0, 0.5
    if name.endswith("norm.weight"):
        return 1.0, 0.5
    if name.endswith(".bias"):
        return 0.0, 0.75
    if "lora_" in name:
        return 0.0, 1.5 / math.sqrt(shape[1])
    if "embed_tokens" in name:
        return 0.0, 1.0
    gain = 3.0 if "lm_head" in name else 2.0 if "q_proj" in name or "k_proj" in name else 1.5
    return 0.0, gain * math.sqrt(3.0 / shape[1])


def weights(salt, name, shape, centre, half):
    state = np.uint64(0xCBF29CE484222325)
    with np.errstate(over="ignore"):
        for byte in (salt + name).encode():
            state = (state ^ np.uint64(byte)) * np.uint64(0x100000001B3)
        count = math.prod(shape)
        steps = np.arange(1, count + 1, dtype=np.uint64)
        z = state + steps * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    unit = (z >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return torch.from_numpy((centre + half * (2.0 * unit - 1.0)).astype(np.float32).reshape(shape))


def tensors(names_and_shapes, model_type=""):
    listed = []
    for name, shape in names_and_shapes:
        centre, half = spread(name, shape, model_type)
        listed.append({"name": name, "shape": list(shape), "centre": centre, "half": half})
    return listed


def made(salt, listed):
    return {t["name"]: weights(salt, t["name"], t["shape"], t["centre"], t["half"]) for t in listed}


def prompts(case):
    random = np.random.default_rng(list(case.encode()))
    return [random.integers(0, 512, 1 + (7 * i) % 41).tolist() for i in range(PROMPTS)]


class Unusable(Exception):
    """These weights make a poor test; others may not."""


@torch.no_grad()
def answered(model, asked):
    """Answers one prompt at a time and without a cache, so that nothing but the model matters."""
    answers, logits, gap = [], [], math.inf
    for prompt in asked:
        ids = list(prompt)
        for _ in range(ANSWER):
            last = model(torch.tensor([ids]), use_cache=False).logits[0, -1]
            if len(ids) == len(prompt) and len(logits) < LOGITS:
                logits.append([float(value) for value in last.numpy()])
            first, second = last.topk(2).values.tolist()
            gap = min(gap, first - second)
            if gap < GAP:
                raise Unusable(f"gap {gap:.1e}")
            ids.append(int(last.argmax()))
        answers.append(ids[len(prompt) :])
        if len(set(answers[-1])) < DISTINCT:
            raise Unusable(f"{len(set(answers[-1]))} distinct ids")
    distinct = [len(set(answer)) for answer in answers]
    print(f"  gap {gap:.1e}, distinct ids of an answer {min(distinct)} to {max(distinct)},"
          f" of all {len(set(sum(answers, [])))}, logits to {max(map(max, logits)):.1f}")
    return {"answers": answers, "logits": [[float(f"{v:.8g}") for v in row] for row in logits]}


def adapted(model, settings, salt):
    from peft import LoraConfig, get_peft_model
    from peft.utils import get_peft_model_state_dict, set_peft_model_state_dict

    tuned = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", bias="none", **settings))
    listed = tensors(
        (name, tuple(t.shape)) for name, t in sorted(get_peft_model_state_dict(tuned).items())
    )
    set_peft_model_state_dict(tuned, made(salt, listed))
    return tuned.eval(), listed


def referenced(case, salt):
    config = AutoConfig.from_pretrained(ROOT / case)
    model = AutoModelForCausalLM.from_config(
        config, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    state = model.state_dict()
    if config.tie_word_embeddings:
        del state["lm_head.weight"]
    listed = tensors(
        ((name, tuple(t.shape)) for name, t in state.items()), config.model_type
    )
    model.load_state_dict(made(salt, listed), strict=False)
    asked = prompts(case)
    reference = {"salt": salt, "tensors": listed, "prompts": asked}
    reference["base"] = answered(model, asked)
    if case in ADAPTERS:
        settings = ADAPTERS[case]
        tuned, pairs = adapted(model, settings, salt)
        reference["adapter"] = {
            "config": {"peft_type": "LORA", "bias": "none", **settings},
            "tensors": pairs,
        }
        reference["tuned"] = answered(tuned, asked)
    return reference


def write(case):
    print(case, flush=True)
    folder = ROOT / case
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CASES[case], indent=1) + "\n")
    for salt in range(1, 50):
        try:
            reference = referenced(case, f"{salt}:")
            break
        except Unusable as reason:
            print(f"  salt {salt}: {reason}", flush=True)
    else:
        raise SystemExit(f"{case}: no usable weights")
    members = (f'"{k}": ' + json.dumps(v, separators=(",", ":")) for k, v in reference.items())
    (folder / "reference.json").write_text("{" + ",\n ".join(members) + "}\n")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or CASES:
        write(chosen)
