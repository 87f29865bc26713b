#!/usr/bin/env bash
# Resolves the requirement files anew: newest releases that are at least seven days old, with hashes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
uv=.venv/bin/uv
age=$(date -u -d '7 days ago' +%Y-%m-%d)
compile() { # OUTPUT INPUT...
    local output=$1
    shift
    "$uv" pip compile -q --upgrade --generate-hashes --no-header --no-annotate --no-emit-index-url \
        --python-version 3.11 --exclude-newer "$age" "$@" -o "requirements/$output"
}
compile uv.txt requirements/uv.in
compile runtime.txt runtime/pyproject.toml
compile operator.txt operator/pyproject.toml
compile dev.txt runtime/pyproject.toml operator/pyproject.toml requirements/dev.in
for client in kafka-connect-py kafkaconnect; do # what tests/integration/clients drives, each in a .venv of its own
    compile "clients-$client.txt" "requirements/clients-$client.in"
done
