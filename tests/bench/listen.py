#!/usr/bin/env python3
"""listen.py FOLDER [MODEL]: what `./dev listen` has made in FOLDER, with lengths and levels.

raw.wav    the espeak-ng command on the text as it is written
plain.wav  our words and pauses, the bare voice
horn.wav   the same through the chain for horns

Where MODEL holds intelligibility.py, and numpy and scipy are there, plain and horn are sent through its street too, at equal
peak level since that is what an amplifier limits: plain-street.wav, horn-street.wav, with traffic noise 5 dB below the plain
voice; and ESTOI is told at 10, 5 and 0 dB."""
import array
import math
import os
import sys
import wave


def decibels(amplitude):
    return 20 * math.log10(amplitude) if amplitude > 1e-6 else -120.0


def levels(path):
    """Seconds, peak and root mean square of 16-bit samples."""
    with wave.open(path) as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
        seconds = len(samples) / sound.getnchannels() / sound.getframerate()
    peak = max((abs(s) for s in samples), default=0) / 32768
    rms = math.sqrt(sum(s * s for s in samples) / max(1, len(samples))) / 32768
    return seconds, decibels(peak), decibels(rms)


def tell(path):
    seconds, peak, rms = levels(path)
    print("%-44s %7.2f s  peak %6.1f dB  rms %6.1f dB  crest %5.1f dB" % (os.path.relpath(path), seconds, peak, rms, peak - rms))


def through_the_street(folder, model):
    sys.path.insert(0, model)
    import intelligibility as it
    import numpy as np
    from scipy import signal
    from scipy.io import wavfile

    rate, plain = it.load(os.path.join(folder, "plain.wav"))
    _, horn = it.load(os.path.join(folder, "horn.wav"), rate)
    horn = np.pad(horn[: len(plain)], (0, max(0, len(plain) - len(horn))))
    voices = {"plain": plain / np.abs(plain).max(), "horn": horn / np.abs(horn).max()}
    print("%-44s %7s %7s" % ("ESTOI in the street, of the clean plain voice", "plain", "horn"))
    for ratio in (10, 5, 0):
        _, noise, echoes = it.path(voices["plain"], rate, snr=ratio, t60=1.0, kind="traffic", echo=((0.18, -6.0),))
        heard = {}
        for name, voice in voices.items():
            heard[name] = signal.fftconvolve(it.horn(voice, rate), echoes)[: len(voice)] + noise
        if ratio == 5:
            loudest = max(np.abs(sound).max() for sound in heard.values())
            for name, sound in heard.items():
                path = os.path.join(folder, name + "-street.wav")
                wavfile.write(path, rate, (sound / loudest * 0.9 * 32767).astype(np.int16))
        estoi = [it.stoi(voices["plain"], heard[name], rate, True) for name in ("plain", "horn")]
        print("%-44s %7.3f %7.3f" % ("  %d dB" % ratio, *estoi))
    return [os.path.join(folder, name + "-street.wav") for name in ("plain", "horn")]


def main():
    folder, model = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    for name in ("raw", "plain", "horn"):
        tell(os.path.join(folder, name + ".wav"))
    try:
        import numpy  # noqa: F401
        import scipy  # noqa: F401
    except ImportError:
        print("the street is left out: no numpy or scipy (python3-numpy, python3-scipy)")
        return
    if not os.path.exists(os.path.join(model, "intelligibility.py")):
        print("the street is left out: no loudspeaker model")
        return
    for path in through_the_street(folder, model):
        tell(path)


main()
