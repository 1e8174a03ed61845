// Uppy's camera with what a clip needs: three seconds to get ready, two minutes at most, a size that can be sent.
import Webcam from "@uppy/webcam";
import { filled } from "../upload/words.js";

const MOST = 120; // seconds
const READY = 3; // seconds from the button to the first picture
const TYPES = ["video/mp4;codecs=avc1", "video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus"];

export class Camera extends Webcam {
  constructor(uppy, options) {
    super(uppy, { ...options, id: "Camera" });
  }

  get said() {
    return this.opts.words;
  }

  start(options) {
    super.start(options);
    this.watch ??= setInterval(() => {
      if (this.stream === this.heard) return;
      this.heard = this.stream;
      this.opts.onStream(this.stream);
    }, 200);
  }

  getMediaRecorderOptions() {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported?.(type));
    return { ...(mimeType && { mimeType }), videoBitsPerSecond: 2_500_000, audioBitsPerSecond: 128_000 };
  }

  startRecording() {
    if (this.counting) return;
    let left = READY;
    const count = () => {
      if (!this.stream) return this.stopClock();
      if (left > 0) return this.opts.onTell(filled(this.said.tReady, { n: left-- }), true);
      this.stopClock();
      super.startRecording();
      this.startClock();
    };
    this.counting = setInterval(count, 1000);
    count();
  }

  startClock() {
    const end = performance.now() + MOST * 1000;
    const show = () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      this.opts.onTell(filled(this.said.tLeft, { time }), left === MOST || left === 10);
      if (left === 0) this.stopRecording();
    };
    show();
    this.clock = setInterval(show, 250);
  }

  stopClock() {
    clearInterval(this.counting);
    clearInterval(this.clock);
    this.counting = this.clock = undefined;
  }

  stopRecording() {
    this.stopClock();
    this.opts.onTell(this.said.tRecorded, true);
    return super.stopRecording();
  }

  discardRecordedMedia() {
    this.opts.onTell("", false);
    super.discardRecordedMedia();
  }

  async stop() {
    this.stopClock();
    clearInterval(this.watch);
    this.watch = this.heard = undefined;
    this.opts.onStream(null);
    await super.stop();
  }
}
