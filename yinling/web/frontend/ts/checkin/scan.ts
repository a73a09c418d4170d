interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorClass = new (options: { formats: string[] }) => Detector;

const EVERY_MS = 150;

/** The browser's own reader of square codes, or else ours, which is only loaded where it is needed. */
async function detector(): Promise<Detector> {
  const own = (window as unknown as { BarcodeDetector?: DetectorClass & { getSupportedFormats(): Promise<string[]> } })
    .BarcodeDetector;
  if (own && (await own.getSupportedFormats()).includes("qr_code")) return new own({ formats: ["qr_code"] });
  const { BarcodeDetector } = await import("qr/decode.js");
  return new (BarcodeDetector as unknown as DetectorClass)({ formats: ["qr_code"] });
}

/** Load our reader while there is a network, so that it is kept with the page. */
export function fetchReader(): Promise<unknown> {
  return "BarcodeDetector" in window ? Promise.resolve() : import("qr/decode.js");
}

/**
 * Show the camera in `video` until `read` says that a code was the right one, or `stop` is called. Throws where there is no
 * camera, or the person does not allow it.
 */
export async function scan(video: HTMLVideoElement, read: (text: string) => Promise<boolean>): Promise<() => void> {
  const reader = await detector();
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  let running = true;
  const stop = (): void => {
    running = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  video.setAttribute("playsinline", "");
  await video.play();
  const look = async (): Promise<void> => {
    if (!running) return;
    // A frame that cannot be read is no reason to stop looking.
    const found = await reader.detect(video).catch(() => []);
    for (const { rawValue } of found) if (running && (await read(rawValue))) return stop();
    setTimeout(() => void look(), EVERY_MS);
  };
  void look();
  return stop;
}
