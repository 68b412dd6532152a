/**
 * The bytes of a small database in MaxMind's format: what is known of a few IPv4 networks.
 *
 * @param networks By their first address and length, such as `81.2.69.0/24`.
 * @see https://maxmind.github.io/MaxMind-DB/
 */
export function geoFile(
  networks: Readonly<Record<string, unknown>>,
  type = "Test-City",
): Uint8Array<ArrayBuffer> {
  // Nodes of the search tree; a side is a node, a place in the data, or not known.
  type Side = number | { readonly data: number } | undefined;
  const nodes: [Side, Side][] = [[undefined, undefined]];
  const data: number[] = [];
  for (const [network, record] of Object.entries(networks)) {
    const [address = "", length = "32"] = network.split("/");
    const bits = address
      .split(".")
      .map((part) => Number(part).toString(2).padStart(8, "0"))
      .join("")
      .slice(0, Number(length));
    const at = data.length;
    data.push(...encode(record));
    let node = 0;
    for (const [depth, bit] of [...bits].entries()) {
      const side = bit === "1" ? 1 : 0;
      const isLast = depth === bits.length - 1;
      if (isLast) nodes[node]![side] = { data: at };
      else if (typeof nodes[node]![side] !== "number") {
        nodes[node]![side] = nodes.push([undefined, undefined]) - 1;
      }
      node = typeof nodes[node]![side] === "number" ? (nodes[node]![side] as number) : node;
    }
  }
  const count = nodes.length;
  const tree = nodes.flat().flatMap((side) => {
    const value =
      side === undefined ? count : typeof side === "number" ? side : count + 16 + side.data;
    return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  });
  const metadata = {
    node_count: count,
    record_size: 24,
    ip_version: 4,
    database_type: type,
    languages: ["en"],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    description: { en: "For tests" },
  };
  const marker = [0xab, 0xcd, 0xef, ...Buffer.from("MaxMind.com")];
  const separator = Array.from({ length: 16 }, () => 0);
  return new Uint8Array([...tree, ...separator, ...data, ...marker, ...encode(metadata)]);
}

/** A value of the data section: text, whole numbers up to 32 bits, lists and maps. */
function encode(value: unknown): number[] {
  if (typeof value === "string") {
    const bytes = [...Buffer.from(value)];
    return [...control(2, bytes.length), ...bytes];
  }
  if (typeof value === "number") {
    return [...control(6, 4), value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
  }
  if (Array.isArray(value)) return [...control(11, value.length), ...value.flatMap(encode)];
  const entries = Object.entries(value as object);
  return [...control(7, entries.length), ...entries.flat().flatMap(encode)];
}

function control(type: number, size: number): number[] {
  const [inline, ...more] = size < 29 ? [size] : [29, size - 29];
  return type < 8 ? [(type << 5) | inline!, ...more] : [inline!, type - 7, ...more];
}
