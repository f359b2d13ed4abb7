#!/bin/sh
# The whole story with curl: ask for an album, follow its job, reject a song, retake it, hear both versions, approve,
# press, and download the release.
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

# Not yet: a rejection says why, with a note at 12.5 s.
ask --header 'Content-Type: application/json' --output /dev/null "$api/albums/$album/verdicts" --data '{
  "songs": ["song-1"], "decision": "rejected", "reason": "the tune goes nowhere",
  "remarks": [{"at_s": 12.5, "text": "here it should rise"}]}'

# What a retake of the tune would make again, and then the retake. Everything before it stays.
retake='{"song_id": "song-1", "step": "compose_lead_sheet", "takes": 1, "reason": "the tune goes nowhere"}'
ask --header 'Content-Type: application/json' --data "$retake" "$api/albums/$album/retakes/preview" |
  python3 -c 'import json, sys; [print("again: ", one["slot"]["step"], one["slot"]["part"]) for one in json.load(sys.stdin)["prospects"]
    if one["action"] != "reuse"]'
retake_id=$(ask --header 'Content-Type: application/json' --data "$retake" "$api/albums/$album/retakes" | field id)
follow "$retake_id"

# Both versions, to be heard beside each other.
versions=$(ask "$api/albums/$album/songs/song-1/versions")
for number in 0 1; do
  audio=$(echo "$versions" | field versions "$number" audio sha256)
  ask --output "version-$((number + 1)).flac" "$api/blobs/$audio?type=audio/flac"
done
echo "heard: version 2 is $(echo "$versions" | field versions 1 differs 0)"

# Better: a verdict on all that is finished, the cover too.
ask --header 'Content-Type: application/json' --output /dev/null "$api/albums/$album/verdicts" \
  --data '{"decision": "approved"}'

# Press, and download the folder as one archive.
press_id=$(ask --request POST "$api/albums/$album/press" | field id)
follow "$press_id"
ask --output "$album.zip" "$api/albums/$album/releases/0/archive"
echo "pressed: $album.zip"
