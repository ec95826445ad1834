/** How times are sent: what RFC 3339 can have of them, and in Go's own bytes. */

/**
 * What is wrong with a time's text where it has to be RFC 3339, in Go's words.
 *
 * @param text with the fields of RFC 3339, whatever stands in them
 * @see Go 1.26 time/format_rfc3339.go, Time.appendStrictRFC3339
 */
export function troubleInRfc3339(text: string): string | undefined {
  if (text[4] !== '-') {
    return 'year outside of range [0,9999]';
  }
  const [, hours] = /[+-](\d+):\d\d$/.exec(text) ?? [];
  return hours !== undefined && Number(hours) >= 24 ? 'timezone hour outside of range [0,23]' : undefined;
}

const utcMark = -1;

/**
 * A time in bytes. With an offset of whole minutes they are Go's first version of it, with seconds its second.
 *
 * @param seconds since the first of January of year 1
 * @param zone without an offset where it is UTC
 * @see Go 1.26 time/time.go, Time.AppendBinary
 */
export function binaryTime(
  seconds: bigint,
  nanosecond: number,
  { offsetSeconds }: { readonly offsetSeconds: number | undefined },
): Uint8Array {
  const oddSeconds = (offsetSeconds ?? 0) % 60;
  const minutes = offsetSeconds === undefined ? utcMark : Math.trunc(offsetSeconds / 60);
  const view = new DataView(new ArrayBuffer(oddSeconds === 0 ? 15 : 16));
  view.setUint8(0, oddSeconds === 0 ? 1 : 2);
  view.setBigInt64(1, seconds);
  view.setInt32(9, nanosecond);
  view.setInt16(13, minutes);
  if (oddSeconds !== 0) {
    view.setInt8(15, oddSeconds);
  }
  return new Uint8Array(view.buffer);
}
