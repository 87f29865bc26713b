#!/usr/bin/env bash
# Records what Java Connect's metrics are called under the two usual sets of JMX exporter rules, for the test that compares
# ours: writes java_series.json beside tests/unit/weir_runtime/rest/metrics/test_java.py.  Needs Java 17, Maven, Python 3.
#
#   KAFKA_STATE=/tmp/kafka-metrics KAFKA_PORT=29400 tests/infra/kafka/metrics/record.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kafka=$here/../kafka.sh
version=0.20.0
export KAFKA_STATE=${KAFKA_STATE:?a folder} KAFKA_PORT=${KAFKA_PORT:?a free port, and three above it}
mkdir -p "$KAFKA_STATE"
mvn -q -B dependency:get "-Dartifact=io.prometheus.jmx:jmx_prometheus_javaagent:$version" -Dtransitive=false
agent=$(mvn -q -B help:evaluate -Dexpression=settings.localRepository -DforceStdout)/io/prometheus/jmx/jmx_prometheus_javaagent/$version
trap '"$kafka" down' EXIT
"$kafka" broker >/dev/null
rest=$((KAFKA_PORT + 2)) metrics=$((KAFKA_PORT + 3))
put() { curl -sf -X PUT -H content-type:application/json "localhost:$rest/connectors/$1/config" -d "$2" >/dev/null; }
for rules in confluent strimzi; do
    JAVA_TOOL_OPTIONS="-javaagent:$agent/jmx_prometheus_javaagent-$version.jar=127.0.0.1:$metrics:$here/$rules.yaml" \
        "$kafka" connect "metrics-$rules" "$rest" offset.flush.interval.ms=1000 client.id=worker >/dev/null
    seq 100 >"$KAFKA_STATE/in.txt"
    class=org.apache.kafka.connect.file.FileStream
    put source '{"connector.class":"'$class'SourceConnector","file":"'"$KAFKA_STATE/in.txt"'","topic":"metrics-'$rules'"}'
    put sink '{"connector.class":"'$class'SinkConnector","file":"'"$KAFKA_STATE/out.txt"'","topics":"metrics-'$rules'"}'
    sleep 10
    curl -sf "127.0.0.1:$metrics/metrics" >"$KAFKA_STATE/$rules.txt"
    kill "$(cat "$KAFKA_STATE/connect-$rest.pid")"
    while curl -sf "127.0.0.1:$metrics/metrics" >/dev/null; do sleep 0.5; done
    rm -f "$KAFKA_STATE/connect-$rest.pid"
done
python3 "$here/series.py" "$KAFKA_STATE/confluent.txt" "$KAFKA_STATE/strimzi.txt" \
    >"$here/../../../unit/weir_runtime/rest/metrics/java_series.json"
