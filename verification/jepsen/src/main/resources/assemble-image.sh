#!/usr/bin/env bash
# Assembles the file system of a container from what this machine has: a small Java runtime, a shell, and the
# tools of the nemesis as far as they are installed, each at its own path, with the shared libraries that it needs.
# Arguments: the JDK, a directory that is made, the tar file to write.
set -euo pipefail
jdk=$1 root=$2 tar=$3

rm -rf "$root"
mkdir -p "$root"/{bin,data,dev,etc,proc,run,sys,tmp,opt}
"$jdk/bin/jlink" --output "$root/opt/java" --strip-debug --no-header-files --no-man-pages \
  --add-modules java.base,java.logging,java.management,java.naming,jdk.unsupported
"$root/opt/java/bin/java" -Xshare:dump > "$root/tmp/dump" 2>&1 || cat "$root/tmp/dump"
rm "$root/tmp/dump"
mkdir -p "$root/usr/bin"
ln -s /opt/java/bin/java "$root/usr/bin/java"
echo 'root:x:0:0:root:/:/bin/sh' > "$root/etc/passwd"

# A tool at its path; a link is kept, with what it points to.
add() {
  local path real
  path=$(command -v "$1" || true)
  [[ -n "$path" ]] || { echo "not installed, so not in the image: $1"; return 0; }
  real=$(readlink -f "$path")
  mkdir -p "$root$(dirname "$path")" "$root$(dirname "$real")"
  cp "$real" "$root$real"
  [[ "$path" == "$real" ]] || ln -sf "$real" "$root$path"
}
PATH=$PATH:/usr/sbin:/sbin
for tool in busybox ip tc iptables; do
  add "$tool"
done
ln -s "$(command -v busybox)" "$root/bin/sh"

libraries=/usr/lib/$(uname -m)-linux-gnu
for plugins in xtables tc faketime; do
  if [[ -d "$libraries/$plugins" ]]; then
    mkdir -p "$root$libraries"
    cp -r "$libraries/$plugins" "$root$libraries/"
  fi
done

# What programs and plugins are linked with, and what RocksDB and the JVM's own libraries want beside that.
{
  find "$root" -type f \( -perm -u+x -o -name '*.so*' \) -print0 |
    while IFS= read -r -d '' file; do
      { ldd "$file" 2> /dev/null || true; } | grep -oE '/[^ ]+' || true
    done
  for wanted in libstdc++.so.6 libgcc_s.so.1 libm.so.6 libdl.so.2 librt.so.1 libpthread.so.0; do
    for place in "$libraries" "/lib/$(uname -m)-linux-gnu"; do
      if [[ -e "$place/$wanted" ]]; then
        echo "$place/$wanted"
        break
      fi
    done
  done
} | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done

tar -C "$root" -cf "$tar" .
rm -rf "$root"
