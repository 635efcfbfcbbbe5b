#!/bin/sh
# Tells signalr-key-rotation which version of a secret a consumer uses now. See --help.
# Needs curl 7.55 or newer and, for --secret and --resource, a signed-in Azure CLI. No key passes through here.

# Whoever traces the caller (sh -x) would otherwise find the token in the log.
set +x
set -u

usage() {
  cat <<'USAGE'
Usage: acknowledge.sh --app URL --target NAME --consumer NAME WHAT [--resource URI] [-- COMMAND...]

Tells the rotation app what a consumer uses now. WHAT is one of:
  --secret URL        the version of https://{vault}/secrets/{name} that is current when this script begins
  --version ID        that version; with --secret, of that secret (needed if the consumer reads several)
  --fingerprint F     the key with that fingerprint: sha256: and 16 hex digits
  --entra             no key, it signs in with Entra

With COMMAND the version is read first, then COMMAND runs (your deployment or restart), and only if it succeeds is
the version acknowledged. Let COMMAND return when every instance has restarted. Without COMMAND, --secret alone is
right only for a consumer that reads the secret each time that it uses it.

  --resource URI      sign in with an Entra token for it: api:// and the client id of the app's registration
  FUNCTION_KEY        environment: the function key to send where there is no --resource

Exit: 0 accepted; 3 outdated, and stdout has what is current, as JSON; 1 anything else.
USAGE
}

fail() {
  printf 'acknowledge: %s\n' "$1" >&2
  exit 1
}

app='' target='' consumer='' secret='' version='' fingerprint='' entra='' resource=''
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --entra) entra=yes; shift; continue ;;
    --) shift; break ;;
  esac
  [ $# -ge 2 ] || fail "$1 needs a value; --help explains"
  case $1 in
    --app) app=${2%/} ;;
    --target) target=$2 ;;
    --consumer) consumer=$2 ;;
    --secret) secret=${2%/} ;;
    --version) version=$2 ;;
    --fingerprint) fingerprint=$2 ;;
    --resource) resource=$2 ;;
    *) fail "$1 is not an option; --help lists them" ;;
  esac
  shift 2
done

case $app in
  *@*) fail '--app must be a plain address' ;;
  https://* | http://127.0.0.1:* | http://localhost:*) ;;
  *) fail '--app must be an https address: a token goes there' ;;
esac
# These go into a URL and into JSON; with nothing else in them there is nothing to escape.
case $target$consumer in *[!a-z0-9-]*) fail '--target and --consumer are names of a-z, 0-9 and -' ;; esac
[ -n "$target" ] && [ -n "$consumer" ] || fail '--target and --consumer are needed'
case $secret$version$fingerprint in *[!A-Za-z0-9:/._-]*) fail '--secret, --version or --fingerprint is malformed' ;; esac

if [ -n "$secret" ] && [ -z "$version$fingerprint$entra" ]; then
  id=$(az keyvault secret show --id "$secret" --query id --output tsv) || fail "cannot read $secret"
  version=${id##*/}
fi
case ${version:+v}${fingerprint:+f}${entra:+e} in
  v) what="\"version\":\"$version\"" ;;
  f) what="\"fingerprint\":\"$fingerprint\"" ;;
  e) what='"auth":"entra"' ;;
  *) fail 'say one of --secret, --version, --fingerprint and --entra' ;;
esac
case $version in *[!0-9a-fA-F]*) fail 'a version is 32 hex digits' ;; esac
body="{\"consumer\":\"$consumer\"${secret:+,\"secret\":\"$secret\"},$what}"

if [ $# -gt 0 ]; then
  "$@" >&2 || fail "the command failed with $?, so nothing is acknowledged"
fi

# One header on a line, for curl's stdin: what stands in an argument list is to be seen by everybody on the machine.
credential() {
  if [ -n "$resource" ]; then
    token=$(az account get-access-token --resource "$resource" --query accessToken --output tsv) || return 1
    printf 'authorization: Bearer %s\n' "$token"
  elif [ -n "${FUNCTION_KEY:-}" ]; then
    printf 'x-functions-key: %s\n' "$FUNCTION_KEY"
  fi
}
header=$(credential) || fail "cannot get a token for $resource"

answer=$(mktemp -d) || fail 'cannot make a temporary folder'
trap 'rm -rf "$answer"' EXIT
trap 'exit 1' HUP INT TERM

# -q: a .curlrc could make curl print the header, or follow a redirect with it.
post() {
  printf '%s\n' "$header" | curl -q --silent --show-error --max-time 60 \
    --request POST --header @- --header 'content-type: application/json' --data-raw "$body" \
    --dump-header "$answer/head" --output "$answer/body" --write-out '%{http_code}' \
    "$app/api/targets/$target/acks"
}

# A problem document is one line of JSON: this is what stands in its code or detail.
said() {
  sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p" "$answer/body"
}

pause=1
for attempt in 1 2 3 4 5 6; do
  : >"$answer/head"
  : >"$answer/body"
  status=$(post) || status=000
  case $status in
    200) exit 0 ;;
    000 | 429 | 5??) ;;
    *) break ;;
  esac
  [ "$attempt" -lt 6 ] || break
  seconds=$(sed -n 's/^[Rr][Ee][Tt][Rr][Yy]-[Aa][Ff][Tt][Ee][Rr]: *\([0-9]\{1,5\}\)[[:space:]]*$/\1/p' "$answer/head" | tail -n 1)
  seconds=${seconds:-$pause}
  [ "$seconds" -le 120 ] || seconds=120
  sleep "$seconds"
  pause=$((pause * 2))
done

if [ "$status" = 409 ] && [ "$(said code)" = AckOutdated ]; then
  sed -n 's/.*"current":\(\[[^]]*\]\).*/\1/p' "$answer/body"
  printf 'acknowledge: %s is past what %s uses: restart it and acknowledge again\n' "$target" "$consumer" >&2
  exit 3
fi
fail "not accepted: $status $(said code) $(said detail)"
