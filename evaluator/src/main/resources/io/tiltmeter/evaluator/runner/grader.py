# Runs a grader: a call as JSON on stdin, {"reward": number} or {"error": kind} on stdout. What the
# script itself prints goes nowhere.
import json
import os
import sys

out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
call = json.load(sys.stdin)
try:
    names = {"__name__": "grader"}
    exec(compile(call["source"], "grader.py", "exec"), names)
    reply = {"reward": float(names["grade"](call["sample"], call["item"]))}
except BaseException as error:
    reply = {"error": type(error).__name__}
out.write(json.dumps(reply))
out.flush()
os._exit(0)
