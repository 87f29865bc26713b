#!/usr/bin/env bash
# Clients of Connect's REST API that other people wrote, each with a program that drives a worker with it.
#
#   clients.sh build NAME...           build what is missing into the cache: python, java, go
#   clients.sh drive NAME URL FOLDER CONNECTOR
#                                      run one: library, kc, kafkaconnect, sourcelab, cloudhut, ricardo
#
# FOLDER holds lines.txt.  Prints one line of JSON for each step: what the client made of the answer.
# CONNECT_LOGIN (user:password) is used where it is set; how to name certificates is each client's own
# affair (REQUESTS_CA_BUNDLE, SSL_CERT_FILE, CONNECT_TRUST_STORE).  CLIENTS_CACHE (~/.cache/weir-clients)
# may be taken away at any time.  Needs a JDK 17 and Maven for java, Go for go.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
cache=${CLIENTS_CACHE:-$HOME/.cache/weir-clients}

# once NAME FILE... -- COMMAND...: run COMMAND unless it has run for these FILEs; one process at a time
once() {
    local name=$1 files=() key
    shift
    while [ "$1" != -- ]; do
        files+=("$1")
        shift
    done
    shift
    mkdir -p "$cache"
    exec 9>"$cache/$name.lock"
    flock 9
    key=$({ cat "${files[@]}"; printf '%s\n' "$*"; } | sha256sum | cut -d' ' -f1)
    if [ ! -e "$cache/$name/.complete" ] || [ "$(cat "$cache/$name/.complete")" != "$key" ]; then
        rm -rf "${cache:?}/$name"
        mkdir -p "$cache/$name"
        "$@"
        echo "$key" >"$cache/$name/.complete"
    fi
    exec 9>&-
}

environment() { # NAME
    UV_LINK_MODE=copy "$root/.venv/bin/uv" venv -q --clear --python "$root/.venv/bin/python" "$cache/$1"
    UV_LINK_MODE=copy "$root/.venv/bin/uv" pip sync -q --python "$cache/$1/bin/python" --require-hashes \
        "$root/requirements/clients-$1.txt"
}

build_python() {
    local name
    for name in kafka-connect-py kafkaconnect; do
        "$cache/$name/bin/python" -c '' 2>/dev/null || rm -f "$cache/$name/.complete"
        once "$name" "$root/requirements/clients-$name.txt" -- environment "$name"
    done
}

compile() {
    mvn -q -B -Dstyle.color=never -f "$here/java/pom.xml" compile dependency:copy-dependencies \
        "-Dbuild.folder=$cache/java" "-DoutputDirectory=$cache/java/libs" -DincludeScope=runtime >&2
}
build_java() { once java "$here"/java/* -- compile; }

link() {
    (cd "$here/go" && go build -trimpath -buildvcs=false -mod=readonly -gcflags=all=-dwarf=false -o "$cache/go/drive" .) \
        2> >(grep -v '^go: downloading' >&2)
}
build_go() { once go "$here"/go/* -- link; }

build() {
    local one
    for one in "$@"; do "build_$one"; done
}

drive() {
    local name=$1
    shift
    case $name in
    library) build python && exec "$cache/kafka-connect-py/bin/python" -B "$here/python/kafka_connect_py_library.py" "$@" ;;
    kc) build python && exec "$cache/kafka-connect-py/bin/python" -B "$here/python/kafka_connect_py_command.py" "$@" ;;
    kafkaconnect) build python && exec "$cache/kafkaconnect/bin/python" -B "$here/python/kafkaconnect_command.py" "$@" ;;
    sourcelab) build java && exec java -Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$cache/java/classes:$cache/java/libs/*" Drive "$@" ;;
    cloudhut | ricardo) build go && exec "$cache/go/drive" "$name" "$@" ;;
    *) echo "no client is called $name" >&2 && exit 2 ;;
    esac
}

case ${1-} in
build | drive) "$@" ;;
*) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2 && exit 2 ;;
esac
