// Meter shows how loud the microphone hears, so that nobody films two minutes without sound.
export class Meter {
  constructor(bar) {
    this.bar = bar;
  }

  // follow listens to a stream; null ends it.
  follow(stream) {
    cancelAnimationFrame(this.frame);
    this.audio?.close();
    this.audio = undefined;
    this.bar.value = 0;
    this.bar.closest("[data-part=sound]").hidden = !stream?.getAudioTracks().length;
    if (!stream?.getAudioTracks().length) return;
    this.audio = new AudioContext();
    const ear = this.audio.createAnalyser();
    this.audio.createMediaStreamSource(stream).connect(ear);
    const samples = new Float32Array(ear.fftSize);
    const show = () => {
      ear.getFloatTimeDomainData(samples);
      const loud = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
      this.bar.value = Math.min(1, Math.max(0, 1 + Math.log10(loud + 1e-6) / 2.5)); // about -50 dB to full
      this.frame = requestAnimationFrame(show);
    };
    show();
  }
}
