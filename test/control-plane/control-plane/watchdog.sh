#!/bin/sh
# Ends a test control plane: kills its servers, removes its directory. Standard input is a pipe of the test process. Its end means that
# the test process closed it or is gone, SIGKILL and a crash included.
trap '' HUP INT TERM
directory=$1
cat >/dev/null

# A server writes its pid before it starts (process.ts). After the rename it cannot, so no starting server is missed.
mv "$directory" "$directory.stopped" || exit
for file in "$directory".stopped/*.pid; do
  [ -f "$file" ] || continue
  pid=$(cat "$file")
  # The pid may now belong to another program: a server of ours has the directory in its command line, and a dead one has none.
  tries=100
  while [ "$tries" -gt 0 ] && grep -aqF "$directory" "/proc/$pid/cmdline" 2>/dev/null; do
    kill -KILL "$pid" 2>/dev/null
    sleep 0.05
    tries=$((tries - 1))
  done
done
# The old name, too: a server that has just started may have created it again.
rm -rf "$directory" "$directory.stopped"
