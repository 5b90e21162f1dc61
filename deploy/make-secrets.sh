#!/bin/sh
# Makes the secrets of compose.yaml once, in ./secrets. Keep a copy of secret-key and master-keys apart from the backups.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
cd secrets
random() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }
make() { if [ -e "$1" ]; then echo "giao: secrets/$1 is there already"; else cat > "$1"; fi; }
random 24 | tr '+/' '-_' | make database-password
printf 'postgresql://giao:%s@database:5432/giao' "$(cat database-password)" | make database-url
random 64 | make secret-key
printf 'k1:%s\n' "$(random 32)" | make master-keys
random 32 | make metrics-token
# The containers run as user 10001, who must be able to read what is mounted from here; the folder stays closed to others.
chmod 0444 database-url secret-key master-keys metrics-token database-password
