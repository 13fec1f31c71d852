// The microphone: chunks of 16 kHz s16le out.  Nothing is recorded here; who wants a chunk takes it when it comes.

const RATE = 16_000;
const LOOK_MS = 2_000;
const FLUSH_MS = 300; // a sound thread that does not answer by then has stopped
const ALIASES = ["default", "communications"]; // they name whatever the system thinks best, and that may change

/** Return the microphones [{id, name, isUsual}] that the browser shows; none before it was allowed to listen. */
export async function microphones() {
  const devices = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind, label }) => kind === "audioinput" && label);
  const usual = devices.find(({ deviceId }) => deviceId === ALIASES[0])?.groupId;
  return devices
    .filter(({ deviceId }) => !ALIASES.includes(deviceId))
    .map(({ deviceId, label, groupId }) => ({ id: deviceId, name: label, isUsual: groupId === usual }));
}

/** Return whether a microphone may be used: its name holds one of the approved ones; as in approval.py. */
export function isApproved(name, approved) {
  return approved.length === 0 || approved.some((part) => name.toLowerCase().includes(part.toLowerCase()));
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
  /**
   * `onChunk({pcm: Int16Array interleaved, peaks, at})`; `onEnd()` when the microphone went away by itself.  A sound
   * server then lets us hear another one, wherever that stands, and not every browser tells: hence the looking.
   */
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
    // Nothing is played: where a browser can do without a loudspeaker, none is opened.
    const context = new AudioContext({ sampleRate: RATE, latencyHint: "playback", sinkId: { type: "none" } });
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
    const microphone = new Microphone(track, context, channels, node.port);
    node.port.onmessage = ({ data }) => microphone.#receive(data, onChunk);
    track.onended = () => microphone.#end(onEnd);
    microphone.looking = setInterval(() => microphone.#look(onEnd), LOOK_MS);
    context.createMediaStreamSource(stream).connect(node);
    await context.resume();
    return microphone;
  }

  constructor(track, context, channels, port) {
    Object.assign(this, { track, context, channels, port, isClosed: false, flushed: () => {} });
  }

  get id() {
    return this.track.getSettings().deviceId;
  }

  get name() {
    return this.track.label;
  }

  /** Have what was heard so far come in a chunk, and wait for it. */
  flush() {
    if (this.isClosed) return Promise.resolve();
    this.port.postMessage("flush");
    return new Promise((resolve) => {
      this.flushed = resolve;
      setTimeout(resolve, FLUSH_MS);
    });
  }

  #receive(chunk, onChunk) {
    if (chunk === null) this.flushed();
    else if (!this.isClosed) onChunk(chunk);
  }

  async #look(onEnd) {
    const found = await microphones();
    const isGone = !found.some(({ id }) => id === this.id); // where there is no other, the track itself ends
    if (isGone && found.length && !ALIASES.includes(this.id)) this.#end(onEnd);
  }

  #end(onEnd) {
    if (this.isClosed) return;
    this.close();
    onEnd();
  }

  close() {
    this.isClosed = true;
    clearInterval(this.looking);
    this.track.stop();
    this.context.close();
  }
}
