# Minimal Debian roots for the scripts that try packages where nothing else is. Source it after
# lib.sh. Needs root, debootstrap and unshare.
# shellcheck shell=bash
#
# Roots are kept as archives in ROOTS_CACHE (~/.cache/aweber-harness/roots) and made when missing.
ROOTS_CACHE=${ROOTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aweber-harness/roots}

# Ends the script where no root can be made here.
need_roots() {
  [ "$(id -u)" = 0 ] || die "needs root: a root file system has owners and mounts of its own"
  unshare --mount --pid --fork true 2>/dev/null || die "this system does not let a process have mounts of its own"
}

# make_root SUITE FOLDER: `debootstrap --variant=minbase` and nothing else, unpacked in FOLDER.
make_root() {
  local suite=$1 folder=$2 archive=$ROOTS_CACHE/$1-minbase.tar new
  if [ ! -f "$archive" ]; then
    have debootstrap || die "needs debootstrap: script/bootstrap --with debootstrap"
    mkdir -p "$ROOTS_CACHE"
    new=$(mktemp -d "$ROOTS_CACHE/$suite.XXXXXX")
    chmod 755 "$new" # it becomes /, where everybody may go
    say "a minimal $suite"
    if ! debootstrap --variant=minbase "$suite" "$new" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" \
      >"$new.log" 2>&1; then
      tail -n 5 "$new.log" >&2
      rm -rf --one-file-system "$new"
      die "no root of $suite; $new.log has the rest"
    fi
    rm -f "$new.log"
    rm -f "$new"/var/cache/apt/archives/*.deb
    tar -C "$new" --numeric-owner -cf "$new.tar" .
    mv "$new.tar" "$archive"
    rm -rf --one-file-system "$new"
  fi
  mkdir -p "$folder"
  tar -C "$folder" --numeric-owner -xf "$archive"
  echo force-unsafe-io >"$folder/etc/dpkg/dpkg.cfg.d/throw-away"
  cp /etc/resolv.conf "$folder/etc/resolv.conf"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$folder/etc/hosts"
  copy_authorities "$folder"
}

# copy_authorities FOLDER: whom this machine trusts, for the programs of the root that bring a list of
# their own (npm). A mirror may have a certificate of its network's authority. The place is not
# Debian's, so that ca-certificates still installs.
ROOT_AUTHORITIES=/etc/root-authorities.pem
copy_authorities() {
  local file
  for file in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt; do
    [ -s "$file" ] || continue
    cp -L "$file" "$1$ROOT_AUTHORITIES"
    return
  done
}

# enter_root FOLDER TEXT: runs the bash TEXT there; its mounts and processes end with it.
enter_root() {
  # shellcheck disable=SC2016 # for the inner shell
  unshare --mount --pid --fork --kill-child bash -euc '
    mount -t proc proc "$0/proc"
    mount --rbind /dev "$0/dev"
    exec chroot "$0" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
      DEBIAN_FRONTEND=noninteractive NODE_EXTRA_CA_CERTS="$2" bash -euc "$1"' "$1" "$2" "$ROOT_AUTHORITIES"
}
