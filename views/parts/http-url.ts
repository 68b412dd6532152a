/**
 * A recorded address, if it may be a link: escaping does not stop `javascript:`.
 *
 * @returns The address, or `undefined` for anything but http and https.
 */
export function httpUrl(address: string): string | undefined {
  const url = URL.parse(address);
  return url && (url.protocol === "https:" || url.protocol === "http:") ? url.href : undefined;
}
