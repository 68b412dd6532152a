import type { VNode } from "preact";
import { RefusedPage, type RefusedRow } from "../../views/refused.tsx";
import { DAY_MS, HOSTILE, LONG, NOW, SITE, ZONE } from "./samples.ts";

const AGENTS = [
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
  "curl/8.5.0",
  HOSTILE,
  `Mozilla/5.0 ${LONG}`,
];

const row = (reason: string, count: number, detail: string, index = 0): RefusedRow => ({
  reason,
  count,
  lastAt: NOW - index * 3_600_000,
  detail,
});

export const refusedRows: readonly RefusedRow[] = [
  row("bot", 18_204, "Googlebot", 0),
  row("not matching", 1188, "read_half: traffic source is direct", 1),
  row("origin", 96, `https://${LONG}`, 2),
  row("no visit", 31, "/pricing", 3),
  row("claim refused", 12, "no signature", 4),
  row("too fast", 4, "one address", 5),
  row("link refused", 1, "ff_id was expired", 6),
];

const details = [
  ...AGENTS.map((agent, index) => row("bot", 9000 >> index, agent, index)),
  row("origin", 90, "copycat.example", 2),
  row("origin", 6, `${LONG}.example`, 9),
  row("not matching", 1188, "read_half: traffic source is direct", 1),
];

const days = (size: number) =>
  Array.from({ length: 30 }, (_, index) => ({
    day: new Date(NOW - (29 - index) * DAY_MS).toISOString().slice(0, 10),
    bots: Math.round(size * 600 * (1 + 0.4 * Math.sin(index))),
    refused: index > 20 ? size * (index % 7) * 4 : 0,
    unmatched: size * 40 * ((index * 7) % 5),
  }));

const props = { site: SITE, periods: [7, 30, 90], zone: ZONE };

export const REFUSED_SCREENS: Readonly<Record<string, () => VNode>> = {
  "not-recorded": () => (
    <RefusedPage {...props} rows={refusedRows} details={details} days={days(1)} />
  ),
  "not-recorded-empty": () => <RefusedPage {...props} rows={[]} details={[]} days={days(0)} />,
};
