#!/usr/bin/env bash
# Brings what the tests stand on into the machine's cache: Kafka's jars, Kubernetes' programs, and the
# clients of other people that drive our worker.
#
# In CI (CI=true) as root it installs what is missing with apt; elsewhere it says what is lacking, and
# the tests that need it are skipped.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { echo "prepare: $*" >&2; }
has() { command -v "$1" >/dev/null; }
install() { # PACKAGE...
    if [ "$(id -u)" = 0 ] && has apt-get && [ "${CI-}" = true ]; then
        say "installing $*"
        apt-get -qq update >/dev/null
        DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null
    else
        say "lacks $* (apt-get install $*)"
    fi
}

has java || install openjdk-17-jre-headless
has javac || install openjdk-17-jdk-headless
has mvn || install maven
has curl || install curl ca-certificates
has openssl || install openssl
if has java && has mvn; then "$here/kafka/kafka.sh" jars; else say "no Kafka: its tests are skipped"; fi

if has javac && has mvn; then "$here/published/published.sh" jars; else say "lacks javac: Connect's own description is not compared"; fi

if [ "$(id -u)" != 0 ]; then
    say "not root: tests on a real API server are skipped"
elif ! has go || ! printf 'go1.25\n%s\n' "$(go env GOVERSION)" | sort -CV; then
    say "lacks Go 1.25 or newer ($(go env GOVERSION 2>/dev/null || echo none is there)): tests on a real API server are skipped"
else
    log=$(mktemp)
    "$here/cluster/build.sh" --control-plane >"$log" 2>&1 || { tail -n 30 "$log" >&2; exit 1; }
    rm -f "$log"
fi

if has javac && has mvn && has go; then
    "$here/clients/clients.sh" build python java go
else
    say "lacks one of javac, Maven and Go: tests of other people's clients are skipped"
fi
