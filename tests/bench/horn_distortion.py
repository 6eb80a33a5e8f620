#!/usr/bin/python3
"""horn_distortion.py LOAXA-HORN: what the voice chain adds that was not there.

Distortion: a steady tone of 1 kHz goes in; what comes out beside it, in decibels under it. Pumping: a steady tone of 2.4 kHz beside
a tone of 700 Hz that is switched four times a second; how much the steady one's level moves with it, in decibels."""
import subprocess
import sys
import tempfile

import numpy as np
from scipy.io import wavfile

RATE = 22050
t = np.arange(4 * RATE) / RATE


def through(x):
    with tempfile.TemporaryDirectory() as folder:
        wavfile.write(folder + "/in.wav", RATE, (x * 32767).astype(np.int16))
        subprocess.run([sys.argv[1], folder + "/in.wav", folder + "/out.wav"], check=True, stdout=subprocess.DEVNULL)
        return wavfile.read(folder + "/out.wav")[1][RATE:3 * RATE] / 32768


def part(y, hertz):
    """The tone of that frequency in y, and its amplitude."""
    basis = np.exp(-2j * np.pi * hertz * np.arange(len(y)) / RATE)
    amplitude = 2 * np.mean(y * basis)
    return np.real(amplitude * np.conj(basis)), abs(amplitude)


y = through(0.3 * np.sin(2 * np.pi * 1000 * t))
tone, _ = part(y, 1000)
print("distortion of a steady tone: %.1f dB" % (10 * np.log10(np.sum((y - tone) ** 2) / np.sum(tone ** 2))))
y = through(0.05 * np.sin(2 * np.pi * 2400 * t) + 0.3 * np.sin(2 * np.pi * 700 * t) * (np.floor(8 * t) % 2))
window = RATE // 40
levels = [20 * np.log10(part(y[i:i + window], 2400)[1]) for i in range(0, len(y) - window, window)]
print("pumping of a steady tone beside a switched one: %.1f dB (from the 10th to the 90th part in a hundred)"
      % (np.percentile(levels, 90) - np.percentile(levels, 10)))
