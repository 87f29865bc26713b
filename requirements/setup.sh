#!/usr/bin/env bash
# Makes .venv out of the hash-locked requirement files, with both packages editable.
#
#   requirements/setup.sh          what is up to date is left alone
#
# PYTHON chooses the interpreter (3.11 or newer, default python3).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=${PYTHON:-python3}

say() { echo "setup: $*" >&2; }
fail() { say "$*"; exit 1; }

command -v "$python" >/dev/null || fail "needs Python 3.11 or newer; install python3 or set PYTHON"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "needs Python 3.11 or newer; $python is $("$python" -V 2>&1 | cut -d' ' -f2). Set PYTHON to a newer one"

wanted=$(cat requirements/uv.txt requirements/dev.txt runtime/pyproject.toml operator/pyproject.toml | sha256sum)
stamp=.venv/.weir-complete
if [ -x .venv/bin/python ] && [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$wanted $PWD" ]; then
    exit 0
fi

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
    rm -rf .venv
    if ! "$python" -m venv .venv >/dev/null 2>&1; then
        rm -rf .venv
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            say "installing python3-venv"
            apt-get -qq update && apt-get -qq install -y python3-venv >/dev/null
            "$python" -m venv .venv
        else
            fail "needs the venv module; on Debian: apt-get install python3-venv"
        fi
    fi
fi
if [ ! -x .venv/bin/uv ]; then
    say "installing uv"
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
fi
say "installing the locked packages"
export UV_LINK_MODE=${UV_LINK_MODE:-copy}
.venv/bin/uv pip sync -q --python .venv/bin/python --require-hashes requirements/uv.txt requirements/dev.txt
.venv/bin/uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e runtime -e operator
echo "$wanted $PWD" >"$stamp"
