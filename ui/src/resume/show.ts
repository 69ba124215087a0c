// What of a stranger's file may be shown, and how: text as text, pictures as
// pictures. Everything else is for the download. Nothing here runs, opens or follows
// anything in a file.

export type Shown =
  | { as: 'text'; text: string; cut: boolean }
  | { as: 'picture'; picture: Blob }
  | { as: 'nothing'; why: 'type' | 'size' };

const mostText = 200_000; // characters; more than anybody reads here
const mostPixels = 60_000_000; // what a browser draws without trouble, and a phone's camera makes
const textTypes = ['text/plain'];
const pictureTypes = ['image/jpeg', 'image/png'];

// canShow tells by the type that the server found whether there is anything to show.
export const canShow = (type: string) => textTypes.includes(type) || pictureTypes.includes(type);

// show turns a file's bytes into what can be shown. The type is the server's, which
// it found by the content, never the sender's.
export async function show(file: Blob, type: string): Promise<Shown> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (textTypes.includes(type)) {
    const text = decode(bytes);
    return { as: 'text', text: text.slice(0, mostText), cut: text.length > mostText };
  }
  if (!pictureTypes.includes(type)) return { as: 'nothing', why: 'type' };
  const pixels = type === 'image/png' ? pixelsOfPNG(bytes) : pixelsOfJPEG(bytes);
  if (pixels === undefined || pixels > mostPixels) return { as: 'nothing', why: 'size' };
  return { as: 'picture', picture: new Blob([bytes], { type }) };
}

// decode reads text as UTF-8, as UTF-16 with its mark, and else as Windows-1252,
// which is what old editors write and which knows every byte.
export function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

// pixelsOfPNG reads how many pixels a PNG says that it has (W3C PNG, section 11.2.1):
// a small file can unfold to a picture that stops the browser.
export function pixelsOfPNG(bytes: Uint8Array): number | undefined {
  if (bytes.length < 24 || String.fromCharCode(...bytes.subarray(12, 16)) !== 'IHDR') return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return view.getUint32(16) * view.getUint32(20);
}

// pixelsOfJPEG does the same for a JPEG: its first frame header (ITU-T T.81, B.2.2).
export function pixelsOfJPEG(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 < bytes.length && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return view.getUint16(at + 5) * view.getUint16(at + 7);
    if (marker === 0xff)
      at += 1; // padding
    else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
