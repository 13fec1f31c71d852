// The microphone: chunks of 16 kHz s16le out.  Nothing is recorded here; who wants a chunk takes it when it comes.

const RATE = 16_000;
const ALIASES = ["default", "communications"]; // they name whatever the system thinks best, and that may change

/** Return the microphones [{id, name}] that the browser shows; names only once it was allowed to listen. */
export async function microphones() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind, deviceId }) => kind === "audioinput" && deviceId && !ALIASES.includes(deviceId))
    .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

/** Return whether the browser lets us listen without asking. */
export async function isAllowed() {
  try {
    return (await navigator.permissions.query({ name: "microphone" })).state === "granted";
  } catch {
    return false; // a browser that does not know the question
  }
}

export class Microphone {
  /** `onChunk({pcm: Int16Array interleaved, peaks, at})`; `onEnd()` when the microphone went away by itself. */
  static async open(id, { onChunk, onEnd }) {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        ...(id && { deviceId: { exact: id } }),
        channelCount: { ideal: 2 },
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: false,
      },
    });
    const [track] = stream.getAudioTracks();
    const channels = Math.min(track.getSettings().channelCount ?? 1, 2);
    const context = new AudioContext({ sampleRate: RATE, latencyHint: "playback" });
    try {
      await context.audioWorklet.addModule("/capture-worklet.js");
    } catch (error) {
      track.stop();
      await context.close();
      throw error;
    }
    const node = new AudioWorkletNode(context, "chunker", {
      numberOfOutputs: 0,
      channelCount: channels,
      channelCountMode: "explicit",
      processorOptions: { channels },
    });
    const microphone = new Microphone(track, context, channels);
    node.port.onmessage = ({ data }) => !microphone.isClosed && onChunk(data);
    track.onended = () => !microphone.isClosed && onEnd();
    context.createMediaStreamSource(stream).connect(node);
    await context.resume();
    return microphone;
  }

  constructor(track, context, channels) {
    Object.assign(this, { track, context, channels, isClosed: false });
  }

  get id() {
    return this.track.getSettings().deviceId;
  }

  get name() {
    return this.track.label;
  }

  close() {
    this.isClosed = true;
    this.track.stop();
    this.context.close();
  }
}
