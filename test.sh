#!/usr/bin/env bash
# Installs what the tests need and runs them all; the last line says how many passed, failed and were skipped.
#   ./test.sh            everything
#   ./test.sh Client     only the test projects whose name contains the word
set -uo pipefail
ORCH_ROOT=$(cd "$(dirname "$0")" && pwd)
cd "$ORCH_ROOT" || exit 1
. eng/setup.sh
. eng/clients.sh
filter=${1:-}

check_sdk
trap stop_engine EXIT
install_packages etcd:etcd-server nft:nftables ip:iproute2 busybox:busybox-static conntrack:conntrack kubectl:kubernetes-client dig:dnsutils ping:iputils-ping curl:curl ||
  say "not installed: $MISSING; tests that need it skip, saying so"
if ensure_engine; then eng/test-image.sh || say "no image to test with; tests that need it skip, saying so"
else say "missing: $MISSING; tests that need it skip, saying so"; fi
if command -v npm >/dev/null; then
  (cd tests/clients/node && npm ci --no-audit --no-fund --loglevel=error >/dev/null) || say "the client for JavaScript could not be installed; its test skips"
else say "not installed: npm; the test of the client for JavaScript skips"; fi
fetch_all_clients || say "not every release of kubectl and Helm could be fetched; the tests of those skip"
/usr/bin/python3 -c 'import kubernetes' 2>/dev/null || install_packages python3-kubernetes-client:python3-kubernetes ||
  say "not installed: $MISSING; the test of the client for Python skips"

say "building"
dotnet build Orch.sln -c Release -p:CheckPublicApi=true -v q -clp:ErrorsOnly --nologo || fail "the build failed; the errors are above."

passed=0 failed=0 skipped=0 broken=()
results=$(mktemp -d)
for project in tests/*.Tests; do
  name=$(basename "$project")
  case $name in *"$filter"*) ;; *) continue ;; esac
  started=$SECONDS
  timeout "${TEST_TIMEOUT:-1200}" dotnet test "$project" -c Release --no-build --nologo -v q \
    --blame-hang-timeout 5m --logger "console;verbosity=normal" >"$results/$name.log" 2>&1
  code=$?
  counts=$(grep -oE '^ *(Total tests|Passed|Failed|Skipped): *[0-9]+' "$results/$name.log" | tr -d ' ')
  p=$(sed -n 's/^Passed://p' <<<"$counts" | tail -1); f=$(sed -n 's/^Failed://p' <<<"$counts" | tail -1); s=$(sed -n 's/^Skipped://p' <<<"$counts" | tail -1)
  passed=$((passed + ${p:-0})); failed=$((failed + ${f:-0})); skipped=$((skipped + ${s:-0}))
  printf '%-32s %5s passed %4s failed %4s skipped  %4ss\n' "$name" "${p:-0}" "${f:-0}" "${s:-0}" $((SECONDS - started))
  if [ "${s:-0}" != 0 ]; then grep -E '^ *Skipped [A-Za-z]' "$results/$name.log" | sed 's/^ */    /' | cut -c1-160 | head -n 5; fi
  if [ $code -ne 0 ]; then
    broken+=("$name")
    [ "${f:-0}" = 0 ] && failed=$((failed + 1))
    # What failed comes first: an aborted run has no such lines, and its end tells more than its beginning.
    grep -A 30 -E '^ *Failed [A-Za-z]' "$results/$name.log" | grep -vE '^ *(Passed|Skipped) ' | head -c 20000
    [ "${f:-0}" != 0 ] || tail -n 60 "$results/$name.log"
  elif ! grep -qE '^Total tests: *[0-9]+' "$results/$name.log" && ! grep -q 'No test is available' "$results/$name.log"; then
    say "$name: no result could be read; its log:"; tail -n 20 "$results/$name.log"
    broken+=("$name"); failed=$((failed + 1))
  fi
done
rm -rf "$results"
[ ${#broken[@]} -eq 0 ] || say "failed: ${broken[*]}"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
