"""Reads YAML as the consumers do: with PyYAML's safe_load, in Python.

Standard input holds pieces of UTF-8 text, each behind its length in bytes as four big-endian bytes; standard output
answers each with one line of JSON, {"ok": true, "value": VALUE} or {"ok": false}. The argument says what the pieces
are: `documents`, `documents-c` (read by libyaml instead), `scalars` (the text of plain scalars), or `styles`
(documents; the value is a list of texts that say the same, one for each way in which PyYAML writes).

VALUE keeps types apart, and the order of mappings: null, {"str": "a"}, {"int": "12"}, {"float": its eight bytes in
hex}, {"bool": true}, {"date": "2027-03-01"}, {"list": [VALUE…]}, {"map": [[VALUE, VALUE]…]}. Of a repeated key Python
keeps the first place and the last value.
"""

import datetime
import json
import struct
import sys

import yaml


def typed(value):
    # bool is a subclass of int, and datetime of date: the type itself is asked, not isinstance.
    kind = type(value)
    if value is None:
        return None
    if kind is str:
        return {"str": value}
    if kind is bool:
        return {"bool": value}
    if kind is int:
        return {"int": str(value)}
    if kind is float:
        return {"float": struct.pack(">d", value).hex()}
    if kind in (datetime.date, datetime.datetime):
        return {"date": value.isoformat()}
    if kind is list:
        return {"list": [typed(item) for item in value]}
    if kind is dict:
        return {"map": [[typed(key), typed(item)] for key, item in value.items()]}
    return {"other": kind.__name__}


def read_document(text):
    return yaml.load(text, Loader=yaml.SafeLoader)


def read_document_with_libyaml(text):
    return yaml.load(text, Loader=yaml.CSafeLoader)


def read_scalar(text):
    loader = yaml.SafeLoader("")
    tag = loader.resolve(yaml.ScalarNode, text, (True, False))
    return loader.construct_document(yaml.ScalarNode(tag, text))


STYLES = [
    {"default_flow_style": flow, "indent": indent, "width": width, **more}
    for flow in (False, None, True)
    for indent in (2, 4)
    for width in (80, 10_000)
    for more in (
        {},
        {"sort_keys": False},
        {"explicit_start": True},
        {"line_break": "\r\n", "allow_unicode": True},
        {"default_style": "'"},
        {"default_style": '"'},
    )
]


def write_styles(text):
    document = read_document(text)
    return [yaml.safe_dump(document, **style) for style in STYLES]


READERS = {
    "documents": read_document,
    "documents-c": read_document_with_libyaml,
    "scalars": read_scalar,
    "styles": write_styles,
}


def answer(read, piece):
    try:
        return {"ok": True, "value": typed(read(piece.decode("utf-8")))}
    except Exception:  # A consumer fails on any: YAMLError, ValueError for the 31st of February, RecursionError.
        return {"ok": False}


def main():
    read = READERS[sys.argv[1]]
    while header := sys.stdin.buffer.read(4):
        piece = sys.stdin.buffer.read(struct.unpack(">I", header)[0])
        print(json.dumps(answer(read, piece)), flush=True)


if __name__ == "__main__":
    main()
