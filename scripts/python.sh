#!/bin/sh
# Runs its arguments with the first Python that this project supports. PYTHON=... names one.
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import ensurepip, sys, venv
sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
        exec "$candidate" "$@"
    fi
done
echo "Python 3.11, 3.12 or 3.13 with its venv module is needed and was not found on PATH" \
    "(Debian, Ubuntu: apt-get install python3 python3-venv)." >&2
exit 1
