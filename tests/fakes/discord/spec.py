"""Discord's public OpenAPI description, asked whether a request or an answer is as it says.

Only the words of JSON Schema that the description uses are known here, and any other stops the test that meets it.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from tests.fakes.discord.bodies import Body
from tests.fakes.discord.calls import Call

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "array": (list,),
    "object": (dict,), "null": (type(None),),
}  # fmt: skip
RANGES = {"int32": 2**31, "int64": 2**63}
NOT = "is no"
SENT_ANYWAY = {"nsfw", "tts"}
"""Fields that the library always sends and Discord takes, although the description does not name them everywhere."""
SILENT = {
    "title", "description", "x-discord-union", "contentEncoding", "type", "format", "nullable", "default",
    "x-discord-alternative", "writeOnly", "readOnly", "deprecated", "examples",
}  # fmt: skip
Schema = dict[str, Any]


class Spec:
    """The whole description."""

    def __init__(self, path: Path) -> None:
        self._whole = json.loads(path.read_text())

    def request_problems(self, call: Call, body: Body) -> list[str]:
        """What is wrong with a request's body; unknown fields are, for Discord would silently drop them."""
        operation = self._operation(call)
        if "requestBody" not in operation:
            return [] if body.json is None else ["a body where none is read"]
        kinds = operation["requestBody"]["content"]
        kind = "multipart/form-data" if body.files else "application/json"
        whole = body.json
        if body.files:
            whole = {**(body.json or {}), **{f"files[{number}]": "" for number in body.files}}
        return self._problems(kinds[kind]["schema"], whole, "body", strict=True)

    def response_problems(self, call: Call, status: int, answer: Any) -> list[str]:
        """What is wrong with an answer of the loopback Discord itself."""
        responses = self._operation(call)["responses"]
        if str(status) not in responses:
            return [f"{status} is no answer to this"]
        content = responses[str(status)].get("content")
        if content is None:
            return [] if answer is None else ["a body where none is sent"]
        return self._problems(content["application/json"]["schema"], answer, "answer", strict=False)

    def _operation(self, call: Call) -> Schema:
        return self._whole["paths"][call.path][call.verb.lower()]

    # ------------------------------------------------------------------------------------------- one value

    def _problems(self, schema: Schema, value: Any, where: str, *, strict: bool, whole: bool = True) -> list[str]:
        """*whole*: the schema names every field; one part of several does not."""
        schema = self._followed(schema)
        if problem := _type_problem(schema, value):
            return [f"{where}: {problem}"]
        found = [f"{where}: {words}" for words in _plain_problems(schema, value)]
        for part in schema.get("allOf", []):
            found += self._problems(part, value, where, strict=strict, whole=False)
        for word in ("anyOf", "oneOf"):
            found += self._nearest(schema.get(word), value, where, strict=strict)
        if isinstance(value, list) and "items" in schema:
            for number, inner in enumerate(value):
                found += self._problems(schema["items"], inner, f"{where}[{number}]", strict=strict)
        if isinstance(value, dict):
            found += self._object_problems(schema, value, where, strict=strict)
            found += self._unknown_fields(schema, value, where) if strict and whole else []
        return found

    def _nearest(self, choices: list[Schema] | None, value: Any, where: str, *, strict: bool) -> list[str]:
        """The complaints of the alternative that fits best; none if one fits."""
        if not choices:
            return []
        tried = [self._problems(one, value, where, strict=strict) for one in choices]
        return min(tried, key=lambda problems: (_of_another_kind(problems, where), len(problems)))

    def _object_problems(self, schema: Schema, value: dict[str, Any], where: str, *, strict: bool) -> list[str]:
        found = [f"{where}: {name} is missing" for name in schema.get("required", []) if name not in value]
        properties = schema.get("properties", {})
        more = schema.get("additionalProperties")
        for name, inner in value.items():
            if name in properties:
                found += self._problems(properties[name], inner, f"{where}.{name}", strict=strict)
            elif isinstance(more, dict):
                found += self._problems(more, inner, f"{where}.{name}", strict=strict)
        return found

    def _unknown_fields(self, schema: Schema, value: dict[str, Any], where: str) -> list[str]:
        known = self._known(schema)
        return (
            []
            if known is None
            else [f"{where}: {name} is unknown" for name in value if name not in known | SENT_ANYWAY]
        )

    def _known(self, schema: Schema) -> set[str] | None:
        """Every field that an object may have; None where any may be or alternatives say it."""
        schema = self._followed(schema)
        if "additionalProperties" in schema or "anyOf" in schema or "oneOf" in schema:
            return None
        parts = [self._known(part) for part in schema.get("allOf", [])]
        if not schema.get("properties") and not parts:
            return None
        return {*schema.get("properties", {})}.union(*[part for part in parts if part is not None])

    def _followed(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found: Any = self._whole
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        _check_known(tuple(sorted(schema)))
        return schema


def _of_another_kind(problems: list[str], where: str) -> bool:
    """The value is not even meant to be this: another `type`, or no such thing at all."""
    return any(words.startswith((f"{where}.type:", f"{where}: {NOT}")) for words in problems)


@cache
def _check_known(words: tuple[str, ...]) -> None:
    known = SILENT | {"const", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems"}
    known |= {"maxItems", "uniqueItems", "minProperties", "maxProperties", "required", "properties"}
    known |= {"additionalProperties", "items", "allOf", "anyOf", "oneOf", "propertyNames", "prefixItems"}
    assert known.issuperset(words), f"words of JSON Schema that nobody checks: {sorted({*words} - known)}"


def _type_problem(schema: Schema, value: Any) -> str | None:
    wanted = schema.get("type")
    if wanted is None:
        return None
    names = [wanted] if isinstance(wanted, str) else wanted
    boolean = isinstance(value, bool)
    if any(isinstance(value, TYPES[name]) and (boolean is (name == "boolean")) for name in names):
        return None
    if schema.get("format") == "snowflake" and isinstance(value, int):
        return None
    return f"{NOT} {' or '.join(names)}: {json.dumps(value)[:80]}"


def _plain_problems(schema: Schema, value: Any) -> list[str]:
    found = [] if value == schema.get("const", value) else [f"{value!r} is not {schema['const']!r}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{value!r} is none of {schema['enum']}")
    if isinstance(value, str):
        found += _outside(len(value), schema, "Length")
        if not re.search(schema.get("pattern", ""), value):
            found.append(f"{value!r} is not like {schema['pattern']}")
    elif isinstance(value, list):
        found += _outside(len(value), schema, "Items")
        if schema.get("uniqueItems") and len({json.dumps(one, sort_keys=True) for one in value}) != len(value):
            found.append("something stands twice")
    elif isinstance(value, dict):
        found += _outside(len(value), schema, "Properties")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found += _number_problems(schema, value)
    return found


def _number_problems(schema: Schema, value: float) -> list[str]:
    most = RANGES.get(schema.get("format", ""))
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    if not low <= value <= high or (most is not None and not -most <= value < most):
        return [f"{value} is out of range"]
    return []


def _outside(size: int, schema: Schema, word: str) -> list[str]:
    low, high = schema.get(f"min{word}", size), schema.get(f"max{word}", size)
    return [] if low <= size <= high else [f"{word.lower()} {size} is not within {low} and {high}"]
