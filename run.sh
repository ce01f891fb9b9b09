#!/usr/bin/env bash
# Sets the machine up, builds, and starts a one-node cluster in the foreground; Ctrl-C ends it.
#   ./run.sh                       real containers on a Docker Engine (needs root)
#   ./run.sh --runtime simulated   the whole API, scheduler and controllers; pods only seem to run
#   ./run.sh --help                all options, as of 'orch up'
set -uo pipefail
ORCH_ROOT=$(cd "$(dirname "$0")" && pwd)
. "$ORCH_ROOT/eng/setup.sh"

runtime=docker
previous=
for argument in "$@"; do
  case $argument in --runtime=*) runtime=${argument#--runtime=} ;; esac
  [ "$previous" = --runtime ] && runtime=$argument
  case $argument in -h | --help | "-?") runtime=none ;; esac
  previous=$argument
done

check_sdk
if [ "$runtime" = docker ]; then
  is_root || fail "real containers need root (network, mounts, a Docker Engine). Run 'sudo ./run.sh', or './run.sh --runtime simulated' for everything but containers."
  install_packages nft:nftables ip:iproute2 iptables:iptables conntrack:conntrack nsenter:util-linux kubectl:kubernetes-client ||
    fail "missing: $MISSING. Install them by hand (apt-get install $MISSING), or run './run.sh --runtime simulated'."
  ensure_engine || fail "missing: $MISSING. Install and start Docker, or run './run.sh --runtime simulated'."
elif [ "$runtime" = simulated ]; then
  install_packages kubectl:kubernetes-client || say "kubectl is not here ($MISSING is not installed); any other Kubernetes client serves as well"
fi

say "building"
out="$ORCH_ROOT/artifacts/orch"
dotnet publish "$ORCH_ROOT/orch/orch.csproj" -c Release -o "$out" -v q -clp:ErrorsOnly --nologo || fail "the build failed; the errors are above."

# The command gets Ctrl-C itself; this script waits and stops what it started.
orch_pid=
trap '[ -n "$orch_pid" ] && kill -TERM "$orch_pid" 2>/dev/null' INT TERM
"$out/orch" up "$@" &
orch_pid=$!
while true; do
  wait "$orch_pid"
  code=$?
  kill -0 "$orch_pid" 2>/dev/null || break
done
stop_engine
exit $code
