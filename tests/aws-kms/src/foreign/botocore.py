"""Calls a KMS endpoint with botocore and holds every answer against botocore's model of the service.

Input, as JSON: {"endpoint", "region", "accessKeyId", "secretAccessKey", "calls": [{"operation", "input"}]}.
Output, as JSON: [{"reply", "error", "problems"}], one for each call; blobs are base64.
"""

import base64
import datetime
import json
import re
import sys

import botocore.session
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

# What the model declares for no operation, since every AWS service may answer it.
COMMON_ERRORS = {
    "AccessDeniedException", "ThrottlingException", "ValidationException", "UnrecognizedClientException",
    "InvalidSignatureException", "IncompleteSignatureException", "MissingAuthenticationTokenException",
    "ExpiredTokenException", "UnknownOperationException", "SerializationException",
}


def differences(shape, value, path):
    """What the raw JSON value has that the shape does not allow."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            return [f"{path}: no object"]
        unknown = [f"{path}.{name}: not in the model" for name in value if name not in shape.members]
        missing = [f"{path}.{name}: missing" for name in shape.required_members if name not in value]
        return unknown + missing + [
            problem
            for name, member in value.items() if name in shape.members
            for problem in differences(shape.members[name], member, f"{path}.{name}")
        ]
    if kind == "list":
        return [problem for i, item in enumerate(value) for problem in differences(shape.member, item, f"{path}[{i}]")]
    if kind == "map":
        return [problem for name, item in value.items() for problem in differences(shape.value, item, f"{path}.{name}")]
    types = {"string": str, "blob": str, "boolean": bool, "integer": int, "timestamp": (int, float)}
    if kind not in types or not isinstance(value, types[kind]):
        return [f"{path}: {value!r} is no {kind}"]
    size = len(base64.b64decode(value, validate=True)) if kind == "blob" else len(value) if kind == "string" else value
    limits = shape.metadata
    problems = []
    if "enum" in limits and value not in limits["enum"]:
        problems.append(f"{path}: {value!r} is not in the enum")
    if kind in ("string", "blob", "integer") and not limits.get("min", size) <= size <= limits.get("max", size):
        problems.append(f"{path}: {size} is out of range")
    if kind == "string" and "pattern" in limits and not re.match(limits["pattern"], value):
        problems.append(f"{path}: {value!r} does not match {limits['pattern']}")
    return problems


def reply_problems(model, raw, parsed, examples):
    shape = model.output_shape
    if shape is None:
        return [] if raw in (b"", b"{}") else ["an answer with a body, where the model has none"]
    body = json.loads(raw)
    problems = differences(shape, body, model.name)
    report = ParamValidator().validate({k: v for k, v in parsed.items() if k != "ResponseMetadata"}, shape)
    if report.has_errors():
        problems.append(report.generate_report())
    # What one of Amazon's own examples of the operation shows must all be there too.
    gaps = [absent(example.get("output"), body, model.name) for example in examples.get(model.name, [])]
    return problems + min(gaps, key=len, default=[])


def absent(wanted, body, path):
    if isinstance(wanted, list):
        return absent(wanted[0], body[0], f"{path}[0]") if wanted and body else []
    if not isinstance(wanted, dict):
        return []
    return [
        problem
        for name, value in wanted.items()
        for problem in (absent(value, body[name], f"{path}.{name}") if name in body else [f"{path}.{name}: in the example"])
    ]


def error_problems(model, raw, status, code):
    declared = {shape.name: shape for shape in model.error_shapes}
    problems = []
    if code not in declared and code not in COMMON_ERRORS:
        problems.append(f"{model.name}: {code} is not declared")
    server_fault = code in declared and declared[code]._shape_model.get("fault", False)
    if status // 100 != (5 if server_fault else 4):
        problems.append(f"{model.name}: {code} with status {status}")
    if set(json.loads(raw)) != {"__type", "message"}:
        problems.append(f"{model.name}: an error has __type and message")
    return problems


def with_bytes(shape, value):
    return {
        name: base64.b64decode(item) if shape.members[name].type_name == "blob" else item for name, item in value.items()
    }


def plain(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(type(value))


def main():
    given = json.load(sys.stdin)
    session = botocore.session.Session()
    client = session.create_client(
        "kms",
        region_name=given["region"],
        endpoint_url=given["endpoint"],
        aws_access_key_id=given["accessKeyId"],
        aws_secret_access_key=given["secretAccessKey"],
        config=botocore.config.Config(retries={"max_attempts": 0}),
    )
    examples = session.get_component("data_loader").load_service_model("kms", "examples-1")["examples"]
    seen = []
    client.meta.events.register("response-received.kms.*", lambda response_dict, **_: seen.append(response_dict))
    answers = []
    for call in given["calls"]:
        model = client.meta.service_model.operation_model(call["operation"])
        seen.clear()
        try:
            parsed = client._make_api_call(call["operation"], with_bytes(model.input_shape, call["input"]))
            raw = seen[-1]["body"]
            answers.append({"reply": parsed, "error": None, "problems": reply_problems(model, raw, parsed, examples)})
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raw, status = seen[-1]["body"], seen[-1]["status_code"]
            answers.append({"reply": None, "error": code, "problems": error_problems(model, raw, status, code)})
    json.dump(answers, sys.stdout, default=plain)


main()
