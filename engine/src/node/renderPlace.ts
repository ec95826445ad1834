/** Memory that two threads share: the name of the template that the one is at, for when it answers no more. */
type Place = Uint8Array<SharedArrayBuffer>;

/** The name's bytes, as many as are told; before them their count in two bytes. */
const nameStart = 2;
const maxNameBytes = 1_024;

export function newPlace(): Place {
  return new Uint8Array(new SharedArrayBuffer(nameStart + maxNameBytes));
}

export function writePlace(place: Place, template: string): void {
  const length = Buffer.from(place.buffer).write(template, nameStart);
  place[0] = length >> 8;
  place[1] = length & 0xff;
}

/** Nothing where no template was written. */
export function readPlace(place: Place): string {
  const length = ((place[0] ?? 0) << 8) | (place[1] ?? 0);
  return Buffer.from(place.slice(nameStart, nameStart + length)).toString();
}
