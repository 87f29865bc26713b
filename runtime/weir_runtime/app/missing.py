"""Classes that are not here: what they are, and what comes nearest."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from weir_runtime.app.jar import Jars

_KNOWN: Mapping[str, str] = {
    "com.amazonaws.services.schemaregistry.": "of AWS Glue Schema Registry",
    "com.clickhouse.kafka.connect.": "of ClickHouse",
    "com.couchbase.connect.kafka.": "of Couchbase",
    "com.databricks.": "of Databricks",
    "com.datadog": "of Datadog",
    "com.datamountaineer.streamreactor.": "of Lenses Stream Reactor",
    "com.datastax.oss.kafka.sink.": "of DataStax",
    "com.github.jcustenborder.kafka.connect.": "of Jeremy Custenborder's collection",
    "com.google.pubsub.kafka.": "of Google Pub/Sub",
    "com.ibm.eventstreams.connect.": "of IBM Event Streams",
    "com.mongodb.kafka.connect.": "of MongoDB",
    "com.snowflake.kafka.connector.": "of Snowflake",
    "com.splunk.kafka.connect.": "of Splunk",
    "com.wepay.kafka.connect.bigquery.": "of WePay's BigQuery sink",
    "io.aiven.": "of Aiven",
    "io.apicurio.": "of Apicurio Registry",
    "io.confluent.connect.avro.": "of Confluent Schema Registry (Avro)",
    "io.confluent.connect.json.": "of Confluent Schema Registry (JSON Schema)",
    "io.confluent.connect.protobuf.": "of Confluent Schema Registry (Protobuf)",
    "io.confluent.connect.jdbc.": "of Confluent's JDBC connectors",
    "io.confluent.": "of Confluent",
    "io.debezium.": "of Debezium, change data capture",
    "io.lenses.": "of Lenses Stream Reactor",
    "io.strimzi.": "of Strimzi",
    "org.apache.camel.kafkaconnector.": "of Apache Camel",
    "org.apache.iceberg.connect.": "of Apache Iceberg",
    "org.apache.kafka.connect.mirror.": "of MirrorMaker 2",
    "org.apache.kafka.connect.tools.": "of Apache Kafka's tests",
    "org.apache.kafka.connect.": "of Apache Kafka",
    "org.neo4j.": "of Neo4j",
}
_SUFFIXES = ("SourceConnector", "SinkConnector", "Connector", "Source", "Sink", "Converter")
_MISSPELT = 0.95
_CLOSE = 0.75


def origin(name: str, jars: Jars) -> str | None:
    """Return what a Java class is, from the jars of `plugin.path` or by its package."""
    held = jars.find(name)
    if held is not None:
        return f"a Java {held.kind} of {held.jar}"
    known = (what for start, what in _KNOWN.items() if name.startswith(start))
    what = next(known, None)
    return None if what is None else f"a Java class {what}"


def nearest(name: str, plugins: Iterable[str]) -> str | None:
    """Return the plugin whose name comes nearest, if one comes near."""
    known = list(plugins)
    for key, cutoff in ((_simple, _MISSPELT), (_stem, _CLOSE)):
        by_key = {key(plugin): plugin for plugin in known}
        found = difflib.get_close_matches(key(name), list(by_key), n=1, cutoff=cutoff)
        if found:
            return by_key[found[0]]
    return None


def sentence(name: str, jars: Jars, plugins: Iterable[str]) -> str:
    """Return why a class cannot be run, and what may be done."""
    if not name:
        return "its config names no connector.class"
    what, near = origin(name, jars), nearest(name, plugins)
    text = f"there is no plugin {name}"
    if what is not None:
        text += f" ({what})"
    return f"{text}; the nearest is {near}" if near else text


def _simple(name: str) -> str:
    return name.rpartition(".")[2]


def _stem(name: str) -> str:
    """Return the last part of a class name in lower case, without what all have."""
    simple = _simple(name)
    kept = next((simple.removesuffix(end) for end in _SUFFIXES if simple.endswith(end)), simple)
    # source and sink of one system are not each other's stand-in
    kind = "sink" if "Sink" in simple else "source" if "Source" in simple else ""
    return f"{(kept or simple).lower()}{kind}"
