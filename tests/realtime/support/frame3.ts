/** The binary frame in which a client sends a broadcast. Written out here a second time, apart from the server's code. */
export function pushFrame(
  { joinRef = "", ref = "", topic, event, meta = "", encoding, payload }: {
    joinRef?: string;
    ref?: string;
    topic: string;
    event: string;
    meta?: string;
    encoding: 0 | 1;
    payload: Uint8Array | string;
  },
): Buffer {
  const names = [joinRef, ref, topic, event, meta].map((text) => Buffer.from(text));
  const head = Buffer.from([3, ...names.map(({ length }) => length), encoding]);
  return Buffer.concat([head, ...names, Buffer.from(payload)]);
}

/** What a broadcast of the server says. */
export function readBroadcastFrame(frame: Buffer) {
  const [kind, topic = 0, event = 0, meta = 0, encoding] = frame;
  let at = 5;
  const take = (length: number) => frame.subarray(at, at += length).toString();
  return {
    kind,
    encoding,
    topic: take(topic),
    event: take(event),
    meta: take(meta),
    payload: frame.subarray(5 + topic + event + meta),
  };
}
