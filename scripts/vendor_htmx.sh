#!/bin/sh
# Makes static/vendor/htmx-4.0.1.js: htmx's core and its SSE extension as one file. As two deferred
# scripts the extension registers after htmx has walked the page, and no stream ever opens.
set -eu
version=4.0.1
target=$(cd "$(dirname "$0")/../static/vendor" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "htmx.org@$version" >/dev/null
tar -xzf "htmx.org-$version.tgz"
sha256sum --check --quiet <<SUMS
a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130  package/dist/htmx.min.js
18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103  package/dist/ext/hx-sse.min.js
SUMS
{
  echo "/* htmx $version with its hx-sse extension, 0BSD, see LICENSE-htmx.txt */"
  cat package/dist/htmx.min.js
  echo
  cat package/dist/ext/hx-sse.min.js
  echo
} | sed '/^\/\/# sourceMappingURL=/d' >"$target/htmx-$version.js"
cp package/LICENSE "$target/LICENSE-htmx.txt"
sha256sum "$target/htmx-$version.js"
