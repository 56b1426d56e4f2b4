#!/bin/sh
# Ends a test control plane: kills its servers, removes its directory. Standard input is a pipe that only the test process holds, so
# its end means that the test process closed it or is gone, however it went: SIGKILL and a crash included.
trap '' HUP INT TERM
directory=$1
cat >/dev/null

# A server writes its pid before it starts (process.ts). After the rename it cannot, so none that is being started now slips through.
mv "$directory" "$directory.stopped" || exit
for file in "$directory".stopped/*.pid; do
  [ -f "$file" ] || continue
  pid=$(cat "$file")
  # A pid can have been given to a stranger since; a server of ours names the directory in its command line, and a dead one nothing.
  tries=100
  while [ "$tries" -gt 0 ] && grep -aqF "$directory" "/proc/$pid/cmdline" 2>/dev/null; do
    kill -KILL "$pid" 2>/dev/null
    sleep 0.05
    tries=$((tries - 1))
  done
done
# The old name too: a server that had just started may have made it anew.
rm -rf "$directory" "$directory.stopped"
