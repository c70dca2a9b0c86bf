#!/bin/sh
# In front of a released server: ends it together with the process that started it, as go/lifeline does for what is built here.
program="$0.released"
[ "${SANDBOX_LIFELINE:-}" = stdin ] || exec "$program" "$@"
unset SANDBOX_LIFELINE
exec 3<&0
"$program" "$@" </dev/null 3<&- &
server=$!
trap 'kill -TERM "$server" 2>/dev/null' TERM INT
{
  cat <&3 >/dev/null
  kill -TERM "$server" 2>/dev/null && sleep 5 && kill -KILL "$server" 2>/dev/null
} &
watcher=$!
exec 3<&-
# A signal ends the wait, and not yet the server.
while :; do
  wait "$server"
  status=$?
  kill -0 "$server" 2>/dev/null || break
done
kill "$watcher" 2>/dev/null
exit "$status"
