let made = 0;

/** A name for a block that is made in memory: blocks never change under theirs. */
export function newBlockKey(siteId: number, shard: number): string {
  made += 1;
  return `rows.${siteId}.${shard}.${made}`;
}
