#!/bin/sh
# Looks at a running demo with Wapiti, a scanner that we did not write; see scanner.md.
#
#   sh docs/security/scan.sh WAPITI URL FOLDER [NAME …]
#
# WAPITI is its command, URL where `./henvis up` runs, FOLDER where the reports go. It scans as
# nobody, and then as each NAME (by default a nurse, an adviser and an administrator), minutes each.
# It writes thousands of lines of nonsense into the demo: give it a --data of its own.
set -eu
wapiti=$1 url=$2 folder=$3
shift 3
[ $# -gt 0 ] || set -- demo-nurse demo-adviser-0151 demo-admin
mkdir -p "$folder"

log_in() { # prints the cookie of a fresh log-in
    curl -sS -i -H "Origin: $url" -d "name=$1&password=henvis-demo" "$url/log-ind" |
        sed -n 's/^set-cookie: \(__Host-henvis=[^;]*\).*/\1/p'
}

# Wapiti's own sign of a foreign page is a missing token; ours is the header Origin, so it is sent.
# What would end the log-in that scans is left out, and so are modules that need the net.
scan() { # WHO, and more options
    who=$1
    shift
    set -- "$@" -H "Origin: $url"
    for page in log-ind chat koe kurser konto tal kommunetal opkald opfoelgning invitationer admin/brugere admin/steder admin/log \
        admin/systemer admin/beskeder admin/godkendelser api/docs kvittering/abc kontakt/abc; do
        set -- "$@" -s "$url/$page"
    done
    for page in log-ud konto/sessioner admin/indstillinger "admin/brugere/*/spaer" \
        "admin/brugere/*/log-ud"; do
        set -- "$@" -x "$url/$page"
    done
    "$wapiti" -u "$url/" --swagger "$url/api/openapi.json" --scope domain -l 1 --tasks 4 -t 15 --no-bugreport \
        -m all,-brute_login_form,-buster,-cms,-htp,-log4shell,-network_device,-nikto,-printer,-takeover,-wapp,-wp_enum \
        --max-scan-time 600 --max-attack-time 120 --max-files-per-dir 30 --max-links-per-page 60 \
        --store-session "$folder/session-$who" --flush-session \
        -f json -o "$folder/$who.json" "$@" >"$folder/$who.log" 2>&1
    python3 - "$folder/$who.json" "$who" <<'PYTHON'
import json, sys

found = json.load(open(sys.argv[1]))
print(f"{sys.argv[2]}: {found['infos']['crawled_pages_nbr']} addresses and forms")
for part in ("vulnerabilities", "anomalies"):
    for kind, places in found[part].items():
        if places:
            print(f"  {kind}: {len(places)}, first {places[0]['method']} {places[0]['path']}")
PYTHON
}

scan nobody
for name in "$@"; do
    cookie=$(log_in "$name")
    scan "$name" -H "Cookie: $cookie"
    code=$(curl -sS -o /dev/null -w '%{http_code}' -H "Cookie: $cookie" "$url/konto")
    echo "  logged in until the end: $([ "$code" = 200 ] && echo yes || echo "no ($code)")"
done
