#!/usr/bin/env bash
# Makes the image busybox:1.36 that samples and tests run, from the distribution's own busybox, where the engine lacks it.
# The static build will not do: what it looks names up with, glibc loads at run time, and its wget crashes without it.
#   eng/test-image.sh [IMAGE]
set -euo pipefail
image=${1:-busybox:1.36}

# An image whose wget crashes instead of failing is one made from the static build.
works() {
  docker image inspect "$image" >/dev/null 2>&1 || return 1
  local code=0
  docker run --rm --network none "$image" wget -q -O - http://localhost:1/ >/dev/null 2>&1 || code=$?
  [ "$code" = 1 ]
}

works && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  timeout 120 docker pull -q "$image" && exit 0
  echo "error: $image is neither in the engine nor to be pulled, and without apt-get it cannot be made" >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
chmod 755 "$work"
cd "$work"
apt-get download -qq busybox >/dev/null 2>"$work/log" || { apt-get update -qq >/dev/null 2>&1 && apt-get download -qq busybox >/dev/null 2>"$work/log"; } ||
  { cat "$work/log" >&2; exit 1; }
mkdir -p "$root"/{bin,etc,tmp,proc,sys,dev,root,var}
chmod 1777 "$root/tmp"
dpkg -x busybox_*.deb "$work/package"
busybox=$(find "$work/package" -type f -name busybox -perm -u+x | head -n 1)
cp "$busybox" "$root/bin/busybox"
# The loader and the libraries, at the very paths by which the program asks for them; and what looks up names where that is a library apart.
ldd "$busybox" | grep -oE '/[^ ]+' | while read -r library; do
  install -D -m 755 "$(readlink -f "$library")" "$root$library"
  for names in libnss_dns.so.2 libnss_files.so.2; do
    beside=$(dirname "$library")/$names
    if [ -e "$beside" ]; then install -D -m 755 "$(readlink -f "$beside")" "$root$beside"; fi
  done
done
"$busybox" --list | while read -r applet; do [ "$applet" = busybox ] || ln -sf busybox "$root/bin/$applet"; done
echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
tar -C "$root" -c . | docker import -c 'CMD ["sh"]' -c 'ENV PATH=/bin' - "$image" >/dev/null
works || { echo "error: wget in the image made as $image does not work" >&2; exit 1; }
