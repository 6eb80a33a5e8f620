# Every format that a phone or a chat may send is imported; broken variants end in a sentence and never in a crash.
import="$LOAXA_BIN/loaxa-import"
command -v ffmpeg >/dev/null || { echo "skipped: no ffmpeg"; exit 77; }
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder" || exit 1
fault=0
bad() { echo "FAULT: $*"; fault=1; }

# NAME FILE...: the helper's last word about a file.
run() { rm -f out.flac; "$import" "${@:2}" 3<"$1" 4<>out.flac 2>err | tail -1; }

ffmpeg -v error -y -f lavfi -i "sine=440:d=6:r=44100" -af adelay=700 ref.wav
flac_options=(-c:a flac); mp3_options=(-c:a libmp3lame); ogg_options=(-c:a libvorbis); opus_options=(-c:a libopus)
wav_options=(); m4a_options=(-c:a aac); mp4_options=(-c:a aac -movflags +faststart); webm_options=(-c:a libopus);
mka_options=(-c:a libvorbis -f matroska); caf_options=(-c:a pcm_s16be); aac_options=(-c:a aac -f adts); wma_options=(-c:a wmav2)
mov_options=(-c:a alac)
made=0
for format in wav flac mp3 ogg opus m4a mp4 webm mka caf aac wma mov; do
    name="${format}_options[@]"
    ffmpeg -v error -y -i ref.wav "${!name}" "t.$format" 2>/dev/null || { echo "no encoder for $format: not tested"; continue; }
    made=$((made + 1))
    word=$(run "t.$format")
    [[ $word == '{"is":"done"'* ]] || { bad "$format: $word"; continue; }
    duration=$(grep -o '"duration_us":[0-9]*' <<<"$word" | cut -d: -f2)
    lead=$(grep -o '"leading_silence_us":[0-9]*' <<<"$word" | cut -d: -f2)
    [ "$duration" -gt 6600000 ] && [ "$duration" -lt 6800000 ] || bad "$format: $duration us long"
    [ "$lead" -gt 600000 ] && [ "$lead" -lt 800000 ] || bad "$format: $lead us of silence at its beginning"
    if command -v flac >/dev/null; then flac -ts out.flac 2>/dev/null || bad "$format: the FLAC is not whole"; fi
    for part in 1 7 50 99; do
        head -c $(($(stat -c %s "t.$format") * part / 100)) "t.$format" >cut
        word=$(run cut)
        [[ $word == '{"is":"failed","code":"invalid"'* || $word == '{"is":"done"'* ]] || bad "$format cut at $part %: $word ($(head -c 200 err))"
        word=$(run cut --allow-truncated)
        [[ $word == '{"is":"'* ]] || bad "$format cut at $part %, allowed: $word"
    done
done
[ "$made" -ge 8 ] || bad "only $made formats could be made"

# AMR narrow band (RFC 4867 §5): frames of mode 7 of any bits.
{ printf '#!AMR\n'; for _ in $(seq 250); do printf '\x3c'; head -c 31 /dev/urandom; done; } >t.amr
[[ $(run t.amr) == '{"is":"done","format":"amr'*'"duration_us":5000000'* ]] || bad "amr: $(run t.amr)"

# Pictures with sound, pictures without, and what is no sound at all.
if ffmpeg -v error -y -f lavfi -i testsrc=d=2:s=64x64 -i ref.wav -shortest -c:v mpeg4 -c:a aac video.mp4 2>/dev/null; then
    [[ $(run video.mp4) == '{"is":"done"'* ]] || bad "the sound of a video: $(run video.mp4)"
    ffmpeg -v error -y -i video.mp4 -an -c:v copy mute.mp4
    [[ $(run mute.mp4) == *'there is no sound'* ]] || bad "a video without sound: $(run mute.mp4)"
fi
: >empty; printf 'Kính gửi: Ủy ban nhân dân xã\n' >text; head -c 50000 /dev/urandom >noise; printf '\x89PNG\r\n\x1a\n0000' >picture
printf 'PK\x03\x04aaaaaaaaaaaaaaaaaaaaa' >archive; printf 'RIFF\xff\xff\xff\x7fWAVEfmt \x10\0\0\0\x01\0\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0data\xff\xff\xff\x7f' >lies
for file in empty text noise picture archive lies; do
    word=$(run "$file")
    [[ $word == '{"is":"failed","code":"'*'"words":"'????????* ]] || bad "$file: $word"
done
[[ $(run text) == *bulletin* ]] || bad "a text is not told apart"

# Protected sound (an MP4 whose sample entry says that it is encrypted).
if [ -e t.mp4 ]; then
    LC_ALL=C sed 's/mp4a\(\x00\x00\x00\x00\x00\x00\)/enca\1/' t.mp4 >locked.mp4
    [[ $(run locked.mp4) == *encrypted* ]] || bad "encrypted: $(run locked.mp4)"
fi

# Bytes changed here and there: a word, and no crash.
for format in wav flac mp3 ogg m4a webm; do
    [ -e "t.$format" ] || continue
    for seed in 1 2 3; do
        python3 - "t.$format" "$seed" >changed <<'P'
import random, sys
data = bytearray(open(sys.argv[1], "rb").read())
r = random.Random(int(sys.argv[2]))
for _ in range(40):
    data[r.randrange(len(data) if r.random() < 0.5 else 400)] = r.randrange(256)
sys.stdout.buffer.write(data)
P
        word=$(run changed)
        [[ $word == '{"is":"'* ]] || bad "$format changed ($seed): $word $(head -c 200 err)"
    done
done

# The confinement holds, and the helper says so itself.
"$import" --self-test || bad "the confinement does not hold: $("$import" --self-test)"
[ "$fault" = 0 ] && echo "$made formats imported"
exit $fault
