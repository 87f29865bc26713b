"""JsonConverter against what Java Connect 4.3.1 wrote and read (recorded)."""

import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir_runtime.api.column import BytesColumn, JsonColumn, NullColumn, RowsColumn, TextColumn
from weir_runtime.api.config import config_keys
from weir_runtime.api.errors import ConfigError, DataError
from weir_runtime.api.schema import (
    DATE,
    DECIMAL,
    OPTIONAL_STRING,
    STRING,
    TIME,
    TIMESTAMP,
    Field,
    Schema,
    Type,
)
from weir_runtime.converters.json import JsonConverter

NO_ENVELOPE = (
    'JsonConverter with schemas.enable requires "schema" and "payload" fields and may not contain '
    "additional fields. If you are trying to deserialize plain JSON data, set "
    "schemas.enable=false in your converter configuration."
)


def decimal(scale: int, default: Decimal | None = None) -> Schema:
    return Schema(
        Type.BYTES, name=DECIMAL, version=1, parameters={"scale": str(scale)}, default=default
    )


def optional(kind: Type, name: str | None = None, **more: Any) -> Schema:
    version = None if name is None else 1
    return Schema(kind, optional=True, name=name, version=version, **more)


STRUCT = Schema(
    Type.STRUCT,
    name="S",
    version=2,
    doc="d",
    fields=(
        Field("i8", Schema(Type.INT8)),
        Field("i16", Schema(Type.INT16)),
        Field("i32", optional(Type.INT32)),
        Field("i64", Schema(Type.INT64, default=7)),
        Field("f32", Schema(Type.FLOAT32)),
        Field("f64", Schema(Type.FLOAT64)),
        Field("b", Schema(Type.BOOLEAN)),
        Field(
            "s",
            Schema(
                Type.STRING,
                optional=True,
                doc="doc",
                parameters={"p2": "v", "p1": "w"},
                default="dd",
            ),
        ),
        Field("by", optional(Type.BYTES)),
        Field("arr", optional(Type.ARRAY, value_schema=OPTIONAL_STRING)),
        Field("m", optional(Type.MAP, key_schema=STRING, value_schema=Schema(Type.INT32))),
        Field(
            "mi", optional(Type.MAP, key_schema=Schema(Type.INT32), value_schema=OPTIONAL_STRING)
        ),
        Field("dec", optional(Type.BYTES, DECIMAL, parameters={"scale": "2"})),
        Field("date", optional(Type.INT32, DATE)),
        Field("time", optional(Type.INT32, TIME)),
        Field("ts", optional(Type.INT64, TIMESTAMP)),
        Field("n", Schema(Type.STRUCT, optional=True, fields=(Field("x", STRING),))),
    ),
)
FULL = {
    "i8": 1,
    "i16": 2,
    "i32": 3,
    "i64": 4,
    "f32": 0.10000000149011612,
    "f64": 1e10,
    "b": True,
    "s": "x",
    "by": b"\x00\x01",
    "arr": ["a", None],
    "m": {"k": 1},
    "mi": {5: "v"},
    "dec": Decimal("12.34"),
    "date": datetime.date(1970, 1, 4),
    "time": datetime.time(1, 2, 3, 4000),
    "ts": datetime.datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=datetime.UTC),
    "n": {"x": "y"},
}
SPARSE = {"i8": 1, "i16": 2, "f32": 1.0, "f64": 1.0, "b": False}
STRUCT_JSON = (
    '{"type":"struct","fields":[{"type":"int8","optional":false,"field":"i8"},'
    '{"type":"int16","optional":false,"field":"i16"},'
    '{"type":"int32","optional":true,"field":"i32"},'
    '{"type":"int64","optional":false,"default":7,"field":"i64"},'
    '{"type":"float","optional":false,"field":"f32"},'
    '{"type":"double","optional":false,"field":"f64"},'
    '{"type":"boolean","optional":false,"field":"b"},'
    '{"type":"string","optional":true,"doc":"doc","parameters":{"p2":"v","p1":"w"},'
    '"default":"dd","field":"s"},'
    '{"type":"bytes","optional":true,"field":"by"},'
    '{"type":"array","items":{"type":"string","optional":true},"optional":true,"field":"arr"},'
    '{"type":"map","keys":{"type":"string","optional":false},'
    '"values":{"type":"int32","optional":false},"optional":true,"field":"m"},'
    '{"type":"map","keys":{"type":"int32","optional":false},'
    '"values":{"type":"string","optional":true},"optional":true,"field":"mi"},'
    '{"type":"bytes","optional":true,"name":"org.apache.kafka.connect.data.Decimal","version":1,'
    '"parameters":{"scale":"2"},"field":"dec"},'
    '{"type":"int32","optional":true,"name":"org.apache.kafka.connect.data.Date","version":1,'
    '"field":"date"},'
    '{"type":"int32","optional":true,"name":"org.apache.kafka.connect.data.Time","version":1,'
    '"field":"time"},'
    '{"type":"int64","optional":true,"name":"org.apache.kafka.connect.data.Timestamp","version":1,'
    '"field":"ts"},'
    '{"type":"struct","fields":[{"type":"string","optional":false,"field":"x"}],"optional":true,'
    '"field":"n"}],"optional":false,"name":"S","version":2,"doc":"d"}'
)
FULL_JSON = (
    '{"i8":1,"i16":2,"i32":3,"i64":4,"f32":0.1,"f64":1.0E10,"b":true,"s":"x","by":"AAE=",'
    '"arr":["a",null],"m":{"k":1},"mi":[[5,"v"]],"dec":"BNI=","date":3,"time":3723004,'
    '"ts":1700000000123,"n":{"x":"y"}}'
)


def converter(**keys: str) -> JsonConverter:
    made = JsonConverter()
    made.configure({key.replace("_", "."): value for key, value in keys.items()}, is_key=False)
    return made


def plain() -> JsonConverter:
    return converter(schemas_enable="false")


def write(made: JsonConverter, value: Any, schema: Schema | None = None) -> str | None:
    (text,) = made.from_connect("t", RowsColumn([value]), schema).bytes_view()
    return None if text is None else text.decode()


def read(made: JsonConverter, text: str | bytes | None) -> tuple[Schema | None, Any]:
    data = text.encode() if isinstance(text, str) else text
    ((count, column, schema),) = made.to_connect("t", BytesColumn([data]))
    assert count == 1
    return schema, column.rows_view()[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (1.0, "1.0"),
        (1e21, "1.0E21"),
        (1e-5, "1.0E-5"),
        (1e7, "1.0E7"),
        (1e6, "1000000.0"),
        (123456789.125, "1.23456789125E8"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (-0.0, "-0.0"),
        (float("nan"), '"NaN"'),
        (float("inf"), '"Infinity"'),
        (1.7976931348623157e308, "1.7976931348623157E308"),
        (9007199254740993.0, "9.007199254740992E15"),
        (True, "true"),
        (
            'a"b\\\x01\x1f\x7f/é\u2028😀\t\n\r\b\f',
            '"a\\"b\\\\\\u0001\\u001F\x7f/é\u2028\\uD83D\\uDE00\\t\\n\\r\\b\\f"',
        ),
        (b"\x01\x02\xff", '"AQL/"'),
        (2**63 - 1, "9223372036854775807"),
        ({1: "x", 2: None}, '[[1,"x"],[2,null]]'),
        ({"b": 1, "a": [1, "x", None, 2.5]}, '{"b":1,"a":[1,"x",null,2.5]}'),
        ({"b": 1, 3: 2}, '[["b",1],[3,2]]'),
        ({}, "{}"),
        ({None: 1}, "[[null,1]]"),
        ([{1: b"\xff"}], '[[[1,"/w=="]]]'),
    ],
)
def test_a_value_without_a_schema_is_written_as_java_writes_it(value: Any, text: str) -> None:
    assert write(plain(), value) == text
    assert write(converter(), value) == f'{{"schema":null,"payload":{text}}}'


@pytest.mark.parametrize("value", [datetime.date(2020, 1, 1), {"a": [object()]}, {1, 2}])
def test_a_type_that_connect_has_no_schema_for_is_refused(value: Any) -> None:
    with pytest.raises(DataError, match="does not have corresponding schema type"):
        write(plain(), value)


def test_nulls_are_written_by_schema() -> None:
    assert write(plain(), None) is None
    assert write(converter(), None) is None
    assert write(plain(), None, OPTIONAL_STRING) == "null"
    assert write(converter(), None, OPTIONAL_STRING) == (
        '{"schema":{"type":"string","optional":true},"payload":null}'
    )
    for made in (plain(), converter()):
        with pytest.raises(DataError) as caught:
            write(made, None, STRING)
        assert str(caught.value) == (
            "Conversion error: null value for field that is required and has no default value"
        )


def test_a_struct_is_written_with_its_schema_byte_for_byte() -> None:
    envelope = f'{{"schema":{STRUCT_JSON},"payload":{FULL_JSON}}}'
    assert write(converter(), FULL, STRUCT) == envelope
    assert write(plain(), FULL, STRUCT) == FULL_JSON
    numeric = converter(schemas_enable="false", decimal_format="numeric")
    assert write(numeric, FULL, STRUCT) == FULL_JSON.replace('"BNI="', "12.34")


def test_absent_members_take_their_defaults() -> None:
    assert write(plain(), SPARSE, STRUCT) == (
        '{"i8":1,"i16":2,"i32":null,"i64":7,"f32":1.0,"f64":1.0,"b":false,"s":"dd","by":null,'
        '"arr":null,"m":null,"mi":null,"dec":null,"date":null,"time":null,"ts":null,"n":null}'
    )
    with pytest.raises(DataError, match="null value for field that is required"):
        write(converter(replace_null_with_default="false"), SPARSE, STRUCT)


@pytest.mark.parametrize("made", [converter(), converter(decimal_format="NUMERIC")])
def test_a_struct_comes_back_as_it_went(made: JsonConverter) -> None:
    text = write(made, FULL, STRUCT)
    schema, value = read(made, text)
    assert schema == STRUCT
    assert value == FULL


@pytest.mark.parametrize(
    ("schema", "value", "payload"),
    [
        (decimal(0), Decimal(128), '"AIA="'),
        (decimal(3), Decimal("1000.000"), '"D0JA"'),
        (decimal(-2), Decimal("1.0E+3"), '"Cg=="'),
        (decimal(8), Decimal("0.00000001"), '"AQ=="'),
        (decimal(2), Decimal("-1.28"), '"gA=="'),
        (decimal(2), Decimal("1.5"), '"AJY="'),
        (decimal(2, Decimal("1.50")), None, '"AJY="'),
        (Schema(Type.INT64, name=TIMESTAMP, version=1, default=5), None, "5"),
        (Schema(Type.INT32, name=DATE, version=1), datetime.date(1969, 12, 31), "-1"),
        (Schema(Type.INT32, name=TIME, version=1), 86_400_000, "86400000"),
        (Schema(Type.ARRAY, value_schema=Schema(Type.INT32)), [1, 2], "[1,2]"),
        (
            Schema(Type.MAP, key_schema=OPTIONAL_STRING, value_schema=Schema(Type.INT32)),
            {"k": 2},
            '{"k":2}',
        ),
        (
            Schema(Type.MAP, key_schema=Schema(Type.INT32), value_schema=Schema(Type.INT32)),
            {},
            "[]",
        ),
        (Schema(Type.FLOAT32), 1.1, "1.1"),
        (Schema(Type.FLOAT32), float("nan"), '"NaN"'),
        (Schema(Type.FLOAT64), 3, "3.0"),
    ],
)
def test_a_payload_is_what_java_writes(schema: Schema, value: Any, payload: str) -> None:
    assert write(plain(), value, schema) == payload


def test_decimals_as_numbers_keep_their_digits() -> None:
    made = converter(schemas_enable="false", decimal_format="NUMERIC")
    for text in ("1.234", "1.5", "128", "1000.000", "1.0E+3", "1E-8"):
        assert write(made, Decimal(text), decimal(2)) == text


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        (Schema(Type.INT32), "x", "Invalid type for INT32: class java.lang.String"),
        (STRING, 1, "Invalid type for STRING: class java.lang.Long"),
        (Schema(Type.INT8), 300, "Invalid type for INT8: class java.lang.Long"),
        (Schema(Type.INT8), True, "Invalid type for INT8: class java.lang.Boolean"),
        (Schema(Type.BYTES), "x", "Invalid type for bytes type: class java.lang.String"),
        (Schema(Type.BOOLEAN), 1, "Invalid type for BOOLEAN: class java.lang.Long"),
        (
            Schema(Type.ARRAY, value_schema=STRING),
            "x",
            "Invalid type for ARRAY: class java.lang.String",
        ),
        (
            decimal(2),
            Decimal("1.234"),
            "Decimal value has mismatching scale for given Decimal schema. "
            "Schema has scale 2, value has scale 3.",
        ),
        (
            decimal(2),
            1.5,
            "Invalid type for Decimal, expected BigDecimal but was class java.lang.Double",
        ),
        (
            Schema(Type.INT32, name=DATE),
            datetime.datetime(1970, 1, 1, 0, 0, 0, 5000, tzinfo=datetime.UTC),
            "Kafka Connect Date type should not have any time fields set to non-zero values.",
        ),
        (STRUCT, {**FULL, "zz": 1}, "zz is not a valid field name"),
    ],
)
def test_a_value_that_does_not_fit_its_schema_is_refused(
    schema: Schema, value: Any, message: str
) -> None:
    with pytest.raises(DataError) as caught:
        write(plain(), value, schema)
    assert str(caught.value) == message


def test_an_error_tells_its_row() -> None:
    with pytest.raises(DataError) as caught:
        plain().from_connect("t", RowsColumn([1, 2, "x"]), Schema(Type.INT32))
    assert caught.value.row == 2
    with pytest.raises(DataError) as caught:
        plain().to_connect("t", BytesColumn([b"1", b"{"]))
    assert caught.value.row == 1
    assert str(caught.value).startswith(
        "Converting byte[] to Kafka Connect data failed due to serialization error: "
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (None, None),
        ("null", None),
        ("", None),
        ("  ", None),
        ("1", 1),
        ("1.0", 1.0),
        ("1e3", 1000.0),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ('"é"', "é"),
        ('[1,"a",null,{"b":2.5}]', [1, "a", None, {"b": 2.5}]),
        ('{"a":1,"a":2}', {"a": 2}),
        (' {"a":1} ', {"a": 1}),
        ('{"schema":null,"payload":1}', {"schema": None, "payload": 1}),
    ],
)
def test_plain_json_is_read_without_a_schema(text: str | None, value: Any) -> None:
    found = read(plain(), text)
    assert found == (None, value)
    assert type(found[1]) is type(value)


@pytest.mark.parametrize("text", ["{", "nope", '{"a":1}x', "NaN", "01", "[1,]", b'"\xff"'])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    for made in (plain(), converter()):
        with pytest.raises(DataError):
            read(made, text)


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "1",
        "",
        " ",
        '{"a":1}',
        "[1]",
        '{"schema":{"type":"int8"}}',
        '{"schema":{"type":"int8"},"payload":1,"x":2}',
    ],
)
def test_json_without_the_envelope_is_refused_with_javas_sentence(text: str) -> None:
    with pytest.raises(DataError) as caught:
        read(converter(), text)
    assert str(caught.value) == NO_ENVELOPE


def test_an_additional_member_is_found_behind_a_schema_seen_before() -> None:
    good = b'{"schema":{"type":"int8"},"payload":1}'
    bad = b'{"schema":{"type":"int8"},"payload":1,"x":2}'
    with pytest.raises(DataError) as caught:
        converter().to_connect("t", BytesColumn([good, good, bad]))
    assert (str(caught.value), caught.value.row) == (NO_ENVELOPE, 2)


@pytest.mark.parametrize(
    ("schema", "payload", "expected"),
    [
        ('{"type":"int8"}', "1", 1),
        ('{"type":"int32","optional":true}', "null", None),
        ('{"type":"int32","optional":true,"default":5}', "null", 5),
        ('{"type":"int32","optional":true,"default":5}', "12.0", 12),
        ('{"type":"string","optional":false}', '"x"', "x"),
        ('{"type":"array","items":{"type":"int32"}}', "[1,2]", [1, 2]),
        (
            '{"type":"map","keys":{"type":"string"},"values":{"type":"int32"}}',
            '{"a":1}',
            {"a": 1},
        ),
        ('{"type":"map","keys":{"type":"int32"},"values":{"type":"int32"}}', "[[1,2]]", {1: 2}),
        (
            '{"type":"struct","fields":[{"type":"int32","field":"a"},'
            '{"type":"string","optional":true,"default":"q","field":"b"}]}',
            '{"a":1}',
            {"a": 1, "b": "q"},
        ),
        ('{"type":"bytes"}', '"BNI="', b"\x04\xd2"),
        ('{"type":"float"}', "1", 1.0),
        ('{"type":"double"}', "5000000000", 5e9),
        ('{"type":"double"}', '"-Infinity"', float("-inf")),
        ('{"type":"int32","name":5,"version":"x","doc":5,"parameters":5}', "1", 1),
        ("null", "1", 1),
        ("null", "null", None),
    ],
)
def test_a_payload_is_read_by_its_schema(schema: str, payload: str, expected: Any) -> None:
    for text in (
        f'{{"schema":{schema},"payload":{payload}}}',
        f'{{"payload": {payload}, "schema": {schema}}}',
    ):
        value = read(converter(), text)[1]
        assert value == expected
        assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("schema", "payload", "message"),
    [
        ('{"type":"int8"}', "null", "Invalid null value for required INT8 field"),
        ('{"type":"foo"}', "1", "Unknown schema type: foo"),
        ("{}", "1", "Schema must contain 'type' field"),
        ("1", "1", "Schema must contain 'type' field"),
        ('"string"', "1", "Schema must contain 'type' field"),
        ('{"type":"array"}', "[]", "Array schema did not specify the element type"),
        (
            '{"type":"map","keys":{"type":"string"}}',
            "{}",
            "Map schema did not specify the value type",
        ),
        (
            '{"type":"map","values":{"type":"string"}}',
            "{}",
            "Map schema did not specify the key type",
        ),
        ('{"type":"struct"}', "{}", 'Struct schema\'s "fields" argument is not an array.'),
        (
            '{"type":"struct","fields":[{"type":"int32"}]}',
            "{}",
            "Struct schema's field name not specified properly",
        ),
        (
            '{"type":"struct","fields":[1]}',
            "{}",
            "Struct schema's field name not specified properly",
        ),
        (
            '{"type":"int32","parameters":{"a":5}}',
            "1",
            "Schema parameters must have string values.",
        ),
        (
            '{"type":"struct","fields":[]}',
            "[1]",
            "Structs should be encoded as JSON objects, but found ARRAY",
        ),
        (
            '{"type":"map","keys":{"type":"string"},"values":{"type":"int32"}}',
            "true",
            "Maps with string fields should be encoded as JSON objects, but found BOOLEAN",
        ),
        (
            '{"type":"map","keys":{"type":"int32"},"values":{"type":"int32"}}',
            "{}",
            "Maps with non-string fields should be encoded as JSON array of tuples, "
            "but found OBJECT",
        ),
        (
            '{"type":"int32","name":"org.apache.kafka.connect.data.Date","version":1}',
            "1.5",
            "Invalid type for Date, underlying representation should be integer but was NUMBER",
        ),
        (
            '{"type":"int64","name":"org.apache.kafka.connect.data.Timestamp","version":1}',
            '"x"',
            "Invalid type for Timestamp, underlying representation should be integral "
            "but was STRING",
        ),
        (
            '{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","version":1,'
            '"parameters":{"scale":"2"}}',
            "true",
            "Invalid type for Decimal, underlying representation should be numeric or bytes "
            "but was BOOLEAN",
        ),
        # Java reads these as 44, 1, 0 and null
        ('{"type":"int8"}', "300", "300 is out of range for INT8"),
        ('{"type":"int8"}', "1.5", "Invalid type for INT8: found NUMBER"),
        ('{"type":"int8"}', '"x"', "Invalid type for INT8: found STRING"),
        ('{"type":"string"}', "1", "Invalid type for STRING: found NUMBER"),
    ],
)
def test_a_payload_or_schema_that_does_not_fit_is_refused(
    schema: str, payload: str, message: str
) -> None:
    with pytest.raises(DataError) as caught:
        read(converter(), f'{{"schema":{schema},"payload":{payload}}}')
    assert str(caught.value) == message


def test_a_default_is_not_put_in_where_that_is_switched_off() -> None:
    text = '{"schema":{"type":"int32","optional":true,"default":5},"payload":null}'
    assert read(converter(replace_null_with_default="false"), text)[1] is None


def test_rows_of_one_schema_make_one_run() -> None:
    int8 = b'{"schema":{"type":"int8"},"payload":%d}'
    text = b'{"schema":{"type":"string"},"payload":"x"}'
    rows = [int8 % 1, int8 % 2, text, None, None, int8 % 3]
    runs = converter().to_connect("t", BytesColumn(rows))
    assert [(count, list(column.rows_view())) for count, column, _ in runs] == [
        (2, [1, 2]),
        (1, ["x"]),
        (2, [None, None]),
        (1, [3]),
    ]
    assert runs[0][2] is runs[3][2]
    assert runs[2][2] is None


def test_an_empty_column_is_one_empty_run() -> None:
    for made in (plain(), converter()):
        ((count, column, _),) = made.to_connect("t", BytesColumn([]))
        assert (count, len(column)) == (0, 0)


def test_a_small_cache_of_schemas_changes_nothing() -> None:
    texts = [
        b'{"schema":{"type":"%b"},"payload":1}' % kind
        for kind in (b"int8", b"int16", b"int8", b"int32", b"int16")
    ]
    runs = converter(schemas_cache_size="1").to_connect("t", BytesColumn(texts))
    assert [schema.type for _, _, schema in runs if schema is not None] == [
        Type.INT8,
        Type.INT16,
        Type.INT8,
        Type.INT32,
        Type.INT16,
    ]


def test_json_texts_pass_through_unread() -> None:
    texts = [b'{"a" : 1.10 }', None, b"not json"]
    assert plain().from_connect("t", JsonColumn(texts), None).bytes_view() is texts
    assert converter().from_connect("t", JsonColumn(texts[:2]), None).bytes_view() == [
        b'{"schema":null,"payload":{"a" : 1.10 }}',
        None,
    ]


def test_text_is_quoted_and_nulls_need_no_rows() -> None:
    column = plain().from_connect("t", TextColumn([b"a\xff", "ü".encode()]), STRING)
    assert list(column.bytes_view()) == ['"a\ufffd"'.encode(), '"ü"'.encode()]
    assert list(plain().from_connect("t", NullColumn(2), None).bytes_view()) == [None, None]


def test_schema_content_stands_in_for_the_envelope() -> None:
    content = '{"type":"struct","fields":[{"type":"int32","field":"a"}],"optional":true}'
    made = converter(schema_content=content)
    schema, value = read(made, '{"a":5}')
    assert schema is not None
    assert (schema.type, schema.optional, value) == (Type.STRUCT, True, {"a": 5})
    assert read(made, None) == (None, None)
    assert read(made, "null") == (schema, None)
    assert write(made, 5, Schema(Type.INT32)) == (
        '{"schema":{"type":"int32","optional":false},"payload":5}'
    )
    assert read(converter(schema_content='{"type":"int8"}', schemas_enable="false"), "1") == (
        None,
        1,
    )


def test_keys_are_refused_with_javas_sentences() -> None:
    for key, value, message in (
        (
            "decimal.format",
            "foo",
            "Invalid value foo for configuration decimal.format: String must be one of "
            "(case insensitive): NUMERIC, BASE64",
        ),
        (
            "schemas.enable",
            "foo",
            "Invalid value foo for configuration schemas.enable: "
            "Expected value to be either true or false",
        ),
        (
            "schemas.cache.size",
            "x",
            "Invalid value x for configuration schemas.cache.size: Not a number of type INT",
        ),
    ):
        with pytest.raises(ConfigError) as caught:
            JsonConverter().configure({key: value}, is_key=True)
        assert str(caught.value) == message
    with pytest.raises(ConfigError, match="Failed to parse schema in converter config due to"):
        converter(schema_content="{x")
    with pytest.raises(DataError, match="Unknown schema type: foo"):
        converter(schema_content='{"type":"foo"}')


def test_keys_are_defined_in_javas_order() -> None:
    assert [key.name for key in config_keys(JsonConverter.config_class)] == [
        "converter.type",
        "schemas.enable",
        "schemas.cache.size",
        "schema.content",
        "decimal.format",
        "replace.null.with.default",
    ]


def test_it_converts_headers_too() -> None:
    made = converter(schemas_enable="false")
    assert made.from_connect_header("t", "h", None, {"a": 1}) == b'{"a":1}'
    assert made.to_connect_header("t", "h", b'{"a":1}') == (None, {"a": 1})
    assert made.from_connect_header("t", "h", None, None) is None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_schemaless_values_come_back(value: Any) -> None:
    text = write(plain(), value)
    assert read(plain(), text)[1] == value
    if text is not None:
        assert msgspec.json.decode(text) == value


SCALARS: list[tuple[Schema, st.SearchStrategy[Any]]] = [
    (Schema(Type.INT8), st.integers(-128, 127)),
    (Schema(Type.INT64), st.integers(-(2**63), 2**63 - 1)),
    (Schema(Type.FLOAT32), st.floats(width=32, allow_nan=False)),
    (Schema(Type.FLOAT64), st.floats(allow_nan=False)),
    (Schema(Type.BOOLEAN), st.booleans()),
    (STRING, st.text()),
    (Schema(Type.BYTES), st.binary()),
    (decimal(4), st.decimals(places=4, allow_nan=False, allow_infinity=False)),
    (Schema(Type.INT32, name=DATE, version=1), st.dates()),
    (
        Schema(Type.INT64, name=TIMESTAMP, version=1),
        st.datetimes(timezones=st.just(datetime.UTC)).map(
            lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        ),
    ),
]


@st.composite
def typed(draw: st.DrawFn) -> tuple[Schema, list[Any]]:
    members = draw(st.lists(st.sampled_from(SCALARS), max_size=5))
    fields, strategies = [], {}
    for number, (schema, values) in enumerate(members):
        fields.append(Field(f"f{number}", schema))
        strategies[f"f{number}"] = values
    rows = draw(st.lists(st.fixed_dictionaries(strategies), max_size=3))
    return Schema(Type.STRUCT, fields=tuple(fields)), rows


@given(typed(), st.sampled_from(["BASE64", "NUMERIC"]))
def test_structs_of_any_shape_come_back(table: tuple[Schema, list[Any]], decimals: str) -> None:
    schema, rows = table
    made = converter(decimal_format=decimals)
    runs = made.to_connect("t", made.from_connect("t", RowsColumn(rows), schema))
    assert [row for _, column, _ in runs for row in column.rows_view()] == rows
    assert all(found == schema for count, _, found in runs if count)
