#!/bin/sh
# The whole story with curl: ask for an album, follow its job, judge it, press it, download the release.
#
#   HIBARI_TOKEN=hib_… sh docs/examples/album_story.sh '{"theme": "letters from a night train", "songs": 1}'
#
# The token is a producer's. HIBARI_URL names the studio where it is not on this machine's port 8420.
set -eu
api="${HIBARI_URL:-http://127.0.0.1:8420}/api/v1"
brief=${1:-}
[ -n "$brief" ] || brief='{"theme": "letters from a night train"}'

ask() {
  curl --silent --show-error --fail-with-body --header "Authorization: Bearer $HIBARI_TOKEN" "$@"
}

# field NAME … : a value out of the JSON on standard input
field() {
  python3 -c '
import json, sys
found = json.load(sys.stdin)
for name in sys.argv[1:]:
    found = found[int(name) if name.isdigit() else name]
print(found)' "$@"
}

# follow JOB : waits until a job is over, and fails where it did
follow() {
  while true; do
    state=$(ask "$api/jobs/$1" | field job state)
    case $state in
      queued | running) sleep 1 ;;
      done) break ;;
      *) echo "$1 is $state" >&2; ask "$api/jobs/$1" | field job reason >&2; exit 1 ;;
    esac
  done
}

# Ask for the album. The same key again gives the same job, so that asking twice makes nothing twice.
job=$(ask --header 'Content-Type: application/json' --header "Idempotency-Key: ${HIBARI_KEY:-story-$$}" \
  --data "$brief" "$api/albums")
job_id=$(echo "$job" | field id)
album=$(echo "$job" | field albums 0)
echo "asked: $job_id makes $album"
follow "$job_id"
echo "made:  $(ask "$api/albums/$album" | field songs 0 title)"

# Listen before you judge: the master of the first song, as FLAC.
audio=$(ask "$api/albums/$album/songs" | field 0 audio sha256)
ask --output song.flac "$api/blobs/$audio?type=audio/flac"

# A verdict on the first song with a note at 12.5 s, then on all that is finished, the cover too.
ask --header 'Content-Type: application/json' --output /dev/null "$api/albums/$album/verdicts" --data '{
  "songs": ["song-1"], "decision": "approved", "reason": "it breathes",
  "remarks": [{"at_s": 12.5, "text": "lovely turn here"}]}'
ask --header 'Content-Type: application/json' --output /dev/null "$api/albums/$album/verdicts" \
  --data '{"decision": "approved"}'

# Press, and download the folder as one archive.
press_id=$(ask --request POST "$api/albums/$album/press" | field id)
follow "$press_id"
ask --output "$album.zip" "$api/albums/$album/releases/0/archive"
echo "pressed: $album.zip"
