"""The public description of the Bot API, and whether a request or an answer is as it says."""

import json
import os
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from typing import Any

from tests.fakes.telegram.calls import ATTACH, Call

_DEFAULT = Path(__file__).resolve().parents[4] / "shared" / "specs"
_SCALARS = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float)}
_CONSTANT = re.compile(r"(?:must be|always) [“\"*]?([a-z_]+)[”\"*]?")


def spec_path() -> Path:
    """Where the description is looked for."""
    # Where the descriptions lie is a matter of the machine that tests, not of the bot's settings.
    folder = os.environ.get("SPECS_DIR")  # noqa: TID251
    return (Path(folder) if folder else _DEFAULT) / "telegram-bot-api.json"


@cache
def find_spec() -> "Spec | None":
    """The description, read once; None where it is absent."""
    path = spec_path()
    return Spec(json.loads(path.read_text())) if path.exists() else None


class Spec:
    """What must hold for requests and answers. Every check returns its complaints; none means all is well."""

    def __init__(self, document: Mapping[str, Any]):
        self._types = document["types"]
        self._methods = {name.lower(): method for name, method in document["methods"].items()}

    def wrong_request(self, call: Call) -> list[str]:
        method = self._methods.get(call.method)
        if method is None:
            return [f"{call.method}: no such method"]
        known = {field["name"]: field for field in method.get("fields", [])}
        attached = set(re.findall(rf"{ATTACH}([\w-]+)", " ".join(call.fields.values())))
        given = set(call.fields) | (set(call.uploads) - attached)
        wrong = [f"{call.method}: unknown field {name}" for name in sorted(given - set(known))]
        wrong += [f"{call.method}: nothing is attached as {name}" for name in sorted(attached - set(call.uploads))]
        missing = (name for name, field in known.items() if field["required"] and name not in given)
        wrong += [f"{call.method}: {name} is missing" for name in missing]
        for name in set(call.fields) & set(known):
            wrong += self._wrong_field(f"{call.method}.{name}", known[name]["types"], call.fields[name])
        return wrong

    def wrong_answer(self, method: str, result: Any) -> list[str]:
        return self._one_of(f"{method}()", self._methods[method.lower()]["returns"], result)

    def wrong(self, type: str, value: Any) -> list[str]:
        """What is wrong with *value* as an object of *type*."""
        return self._one(type, type, value)

    def _wrong_field(self, where: str, types: list[str], value: str) -> list[str]:
        if "String" in types or "InputFile" in types:
            return []
        try:
            return self._one_of(where, types, json.loads(value))
        except ValueError:
            return [f"{where}: {value!r} is none of {types}"]

    def _one_of(self, where: str, types: list[str], value: Any) -> list[str]:
        """The complaints of the alternative that fits best."""
        return min((self._one(where, one, value) for one in types), key=len)

    def _one(self, where: str, type: str, value: Any) -> list[str]:
        if type.startswith("Array of "):
            return self._array(where, type.removeprefix("Array of "), value)
        if type in _SCALARS:
            wrong = not isinstance(value, _SCALARS[type]) or (isinstance(value, bool) and type != "Boolean")
            return [f"{where}: {value!r} is not {type}"] if wrong else []
        if type == "InputFile":
            return []
        subtypes = self._types[type].get("subtypes")
        if subtypes:
            return self._one_of(where, self._meant(subtypes, value), value)
        return self._object(where, type, value)

    def _meant(self, types: list[str], value: Any) -> list[str]:
        """Those of the alternatives whose name for themselves (`type`, `status`) stands in *value*; else all."""
        return [one for one in types if not self._misnamed(one, value)] or types

    def _misnamed(self, type: str, value: Any) -> bool:
        fields = self._types.get(type, {}).get("fields", []) if isinstance(value, dict) else []
        return any(self._constant("", field, value.get(field["name"])) for field in fields)

    def _array(self, where: str, type: str, value: Any) -> list[str]:
        if not isinstance(value, list):
            return [f"{where}: {value!r} is not a list"]
        return [wrong for n, one in enumerate(value) for wrong in self._one(f"{where}[{n}]", type, one)]

    def _object(self, where: str, type: str, value: Any) -> list[str]:
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is not {type}"]
        fields = {field["name"]: field for field in self._types[type].get("fields", [])}
        wrong = self._wrong_names(where, type, fields, value.keys())
        for name in value.keys() & fields.keys():
            wrong += self._constant(f"{where}.{name}", fields[name], value[name])
            wrong += self._one_of(f"{where}.{name}", fields[name]["types"], value[name])
        return wrong

    def _wrong_names(self, where: str, type: str, fields: Mapping[str, Any], given: AbstractSet[str]) -> list[str]:
        needed = {name for name, field in fields.items() if field["required"]}
        unknown = [f"{where}: {type} has no {name}" for name in sorted(given - fields.keys())]
        return unknown + [f"{where}: {type} needs {name}" for name in sorted(needed - given)]

    def _constant(self, where: str, field: Mapping[str, Any], value: Any) -> list[str]:
        found = (
            _CONSTANT.search(field.get("description", "")) if field["name"] in {"type", "status", "source"} else None
        )
        return [f"{where}: {value!r} is not {found.group(1)!r}"] if found and value != found.group(1) else []
