#!/usr/bin/env bash
# Prints the OpenAPI document of Kafka Connect's REST API, made from its released classes in the way of
# its own release build: what is published as generated/connect_rest.yaml with each release.
#
#   published.sh jars   fetch what it takes
#   published.sh        print the document
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/weir-published

if ! cmp -s "$here/pom.xml" "$cache/libs/.complete"; then
    rm -rf "$cache/libs"
    mkdir -p "$cache"
    mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$cache/libs" >&2
    cp "$here/pom.xml" "$cache/libs/.complete"
fi
[ "${1-}" = jars ] || exec java -cp "$cache/libs/*" "$here/Published.java" 2>/dev/null
