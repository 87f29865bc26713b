"""Connect's logical types between Python values and what carries them.

A Date, Time or Timestamp that Python cannot hold, such as one after the year 9999, is its
integer, both ways.

Source: org.apache.kafka.connect.data.Decimal, Date, Time, Timestamp.
"""

from __future__ import annotations

import datetime
from decimal import Decimal, localcontext
from typing import Any

from weir_runtime.api.errors import DataError
from weir_runtime.api.schema import Schema
from weir_runtime.converters.javaclass import class_of

DAY_MS = 86_400_000
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_EPOCH_DAY = datetime.date(1970, 1, 1).toordinal()
_MILLISECOND = datetime.timedelta(milliseconds=1)


def scale_of(schema: Schema) -> int:
    """Return the scale that a Decimal schema names.

    Raises:
        DataError: it names none.
    """
    text = (schema.parameters or {}).get("scale")
    if text is None:
        raise DataError("Invalid Decimal schema: scale parameter not found.")
    try:
        return int(text)
    except ValueError as error:
        raise DataError("Invalid scale parameter found in Decimal schema: ") from error


def decimal_bytes(value: Decimal, scale: int) -> bytes:
    """Return the two's complement of a decimal's unscaled value, big-endian, as short as it is.

    Raises:
        DataError: the value has more digits after the point than `scale`.
    """
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise DataError(f"{value} is no number that a Decimal can hold")
    if -exponent > scale:
        raise DataError(
            "Decimal value has mismatching scale for given Decimal schema. "
            f"Schema has scale {scale}, value has scale {-exponent}."
        )
    with localcontext() as context:
        # the default precision would round what has more than 28 digits
        context.prec = max(len(value.as_tuple().digits) + scale + exponent, 1) + 1
        unscaled = int(value.scaleb(scale))
    magnitude = unscaled if unscaled >= 0 else ~unscaled
    return unscaled.to_bytes(magnitude.bit_length() // 8 + 1, "big", signed=True)


def decimal_of(data: bytes, scale: int) -> Decimal:
    """Return the decimal of an unscaled value in two's complement."""
    return Decimal(f"{int.from_bytes(data, 'big', signed=True)}E{-scale}")


def days_of(value: Any) -> int:
    """Return the days since the epoch of a date, or of a timestamp at midnight UTC.

    Raises:
        DataError: the value is no date.
    """
    if isinstance(value, datetime.datetime):
        days, rest = divmod(millis_of(value), DAY_MS)
        if rest:
            raise DataError(
                "Kafka Connect Date type should not have any time fields set to non-zero values."
            )
        return days
    if isinstance(value, datetime.date):
        return value.toordinal() - _EPOCH_DAY
    return _integer(value, "Date")


def time_of_day_ms_of(value: Any) -> int:
    """Return the milliseconds since midnight of a time.

    Raises:
        DataError: the value is no time.
    """
    if isinstance(value, datetime.time):
        seconds = (value.hour * 60 + value.minute) * 60 + value.second
        return seconds * 1000 + value.microsecond // 1000
    return _integer(value, "Time")


def millis_of(value: Any) -> int:
    """Return the milliseconds since the epoch of a timestamp; one without a zone is UTC.

    Raises:
        DataError: the value is no timestamp.
    """
    if isinstance(value, datetime.datetime):
        aware = value if value.tzinfo is not None else value.replace(tzinfo=datetime.UTC)
        return (aware - _EPOCH) // _MILLISECOND
    return _integer(value, "Timestamp")


def date_of(days: int) -> datetime.date | int:
    """Return the date of a number of days since the epoch."""
    try:
        return datetime.date.fromordinal(days + _EPOCH_DAY)
    except (ValueError, OverflowError):
        return days


def time_of(millis: int) -> datetime.time | int:
    """Return the time of a number of milliseconds since midnight."""
    if not 0 <= millis < DAY_MS:
        return millis
    seconds, rest = divmod(millis, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return datetime.time(hour, minute, second, rest * 1000)


def timestamp_of(millis: int) -> datetime.datetime | int:
    """Return the timestamp, in UTC, of a number of milliseconds since the epoch."""
    try:
        return _EPOCH + datetime.timedelta(milliseconds=millis)
    except OverflowError:
        return millis


def _integer(value: Any, name: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise DataError(f"Invalid type for {name}, expected Date but was {class_of(value)}")
