#!/usr/bin/env bash
# run-read-only.sh ROOT MOUNTED USER:GROUP DIRECTORY COMMAND…
#
# Runs a command on an image's root file system as Kubernetes runs ours, and stricter: as that user, without capabilities or new
# privileges, as process 1 of a new namespace, with a read-only root. /proc is new, /dev is empty, and MOUNTED is at /mnt. Its environment
# has the NAME=VALUE arguments before COMMAND. The end of this script, for any reason, ends the command. Needs root.
set -euo pipefail

if [[ "$1" != contained ]]; then
  # Two nested process namespaces. The command changes its user, so it receives no signal when its parent ends. But the end of the first
  # process of the outer namespace ends all processes in it.
  exec setpriv --pdeathsig KILL unshare --pid --fork --kill-child \
    unshare --mount --pid --fork "${BASH_SOURCE[0]}" contained "$@"
fi
root="$2" mounted="$3" user="$4" directory="$5"
shift 5

mount --bind "$root" "$root"
mount --bind "$mounted" "$root/mnt"
mount -t proc proc "$root/proc"
for place in "$root/mnt" "$root/proc" "$root"; do
  mount -o remount,bind,ro "$place"
done
exec setpriv --no-new-privs chroot --userspec="$user" --groups='' "$root" env -i --chdir="$directory" "$@"
