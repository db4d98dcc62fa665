#!/usr/bin/env bash
# scripts/with_postgres.sh COMMAND...
# Runs the command with DATABASE_URL set to a PostgreSQL server that is made for it and removed after it.
set -euo pipefail

if [ $# -eq 0 ]; then
    echo "Usage: scripts/with_postgres.sh COMMAND..." >&2
    exit 2
fi

initdb=$(command -v initdb || ls -v /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1 || true)
if [ -z "$initdb" ]; then
    echo "PostgreSQL's server is not installed. On Debian or Ubuntu: apt-get install postgresql" >&2
    exit 1
fi
programs=$(dirname "$(readlink -f "$initdb")")

# The server refuses to run as root, so there it runs as an account that owns nothing else.
as_owner=()
folder=$(mktemp -d /tmp/line-of-sight-postgres.XXXXXX)
if [ "$(id -u)" -eq 0 ]; then
    owner=nobody
    if id postgres >/dev/null 2>&1; then owner=postgres; fi
    chown "$owner" "$folder"
    as_owner=(runuser -u "$owner" --)
fi
owned() (cd "$folder" && "${as_owner[@]}" "$@")

remove() {
    owned "$programs/pg_ctl" --pgdata="$folder/data" --mode=immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap remove EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

password=$(python3 -c 'import secrets; print(secrets.token_hex(16))')
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
owned sh -c 'printf %s "$1" > password' sh "$password"
owned "$programs/initdb" --pgdata="$folder/data" --username=sight --pwfile="$folder/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null

# Its data need not outlive a power cut, so it waits for no disk.
if ! owned "$programs/pg_ctl" --pgdata="$folder/data" --log="$folder/log" --wait start --options="\
-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$folder \
-c fsync=off -c synchronous_commit=off -c full_page_writes=off" >/dev/null; then
    echo "PostgreSQL did not start:" >&2
    cat "$folder/log" >&2
    exit 1
fi

export DATABASE_URL="postgres://sight:$password@127.0.0.1:$port/postgres"
"$@"
