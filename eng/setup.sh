# Sourced by run.sh and test.sh: checks and installs what they need. Nothing here starts without saying so.

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }

check_sdk() {
  command -v dotnet >/dev/null 2>&1 || fail "the .NET SDK is not on the PATH. Install the .NET 10 SDK (package dotnet-sdk-10.0, or https://dot.net), then run this again."
  local version
  version=$(cd "$ORCH_ROOT" && dotnet --version 2>&1) || fail "'dotnet' is here, but gives no SDK of version 10 (install it; 'dotnet --list-sdks' shows what there is). It says: $version"
  case $version in 10.*) ;; *) fail "the .NET SDK is $version; version 10 is needed. 'dotnet --list-sdks' shows what there is." ;; esac
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

# install_packages COMMAND:PACKAGE... installs the packages whose commands are missing.
install_packages() {
  local wanted=() pair
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || [ -x "/usr/sbin/${pair%%:*}" ] || wanted+=("${pair##*:}")
  done
  [ ${#wanted[@]} -eq 0 ] && return 0
  is_root || { MISSING="${wanted[*]}"; return 1; }
  command -v apt-get >/dev/null 2>&1 || { MISSING="${wanted[*]}"; return 1; }
  say "installing ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  local log
  log=$(mktemp)
  if ! apt-get install -y -qq --no-install-recommends "${wanted[@]}" >"$log" 2>&1; then
    apt-get update -qq >"$log" 2>&1 && apt-get install -y -qq --no-install-recommends "${wanted[@]}" >>"$log" 2>&1 ||
      { tail -n 5 "$log" >&2; rm -f "$log"; MISSING="${wanted[*]}"; return 1; }
  fi
  rm -f "$log"
}

engine_answers() {
  [ -S /var/run/docker.sock ] && timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1
}

# Starts a Docker Engine when none answers. ENGINE_PID is set when it is ours to stop.
ensure_engine() {
  ENGINE_PID=
  engine_answers && return 0
  is_root || { MISSING="a Docker Engine that answers on /var/run/docker.sock (and the right to use it, or root to start one)"; return 1; }
  install_packages dockerd:docker.io docker:docker.io iptables:iptables || return 1
  engine_answers && return 0
  if [ -d /run/systemd/system ]; then
    say "starting the Docker Engine"
    systemctl start docker || true
  else
    ENGINE_LOG=${ENGINE_LOG:-$(mktemp /tmp/dockerd.XXXXXX.log)}
    say "starting a Docker Engine (log: $ENGINE_LOG)"
    setsid dockerd >"$ENGINE_LOG" 2>&1 </dev/null &
    ENGINE_PID=$!
  fi
  local tries
  for tries in $(seq 1 60); do
    engine_answers && return 0
    if [ -n "$ENGINE_PID" ] && ! kill -0 "$ENGINE_PID" 2>/dev/null; then break; fi
    sleep 0.5
  done
  MISSING="a Docker Engine: it did not start${ENGINE_LOG:+; the end of $ENGINE_LOG says: $(tail -n 2 "$ENGINE_LOG" 2>/dev/null)}"
  ENGINE_PID=
  return 1
}

stop_engine() {
  [ -n "${ENGINE_PID:-}" ] || return 0
  kill "$ENGINE_PID" 2>/dev/null || return 0
  local tries
  for tries in $(seq 1 40); do kill -0 "$ENGINE_PID" 2>/dev/null || return 0; sleep 0.25; done
}
