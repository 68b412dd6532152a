import { describe, expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import { Bars, type BarRow } from "../../views/parts/bars.tsx";
import { Chart } from "../../views/parts/chart.tsx";
import { changeOf, timeText } from "../../views/parts/figure.ts";

const chart = (values: readonly (number | null)[], past: readonly number[] = []) =>
  renderToString(
    <Chart values={values} past={past} labels={values.map((_, at) => `day ${at}`)} name="Views" />,
  );

test("Chart tells each value and the one before it without a pointer", () => {
  const html = chart([12_000, 3], [7]);

  expect(html).toContain('<th scope="row">day 0</th><td class="num right">12,000</td>');
  expect(html).toContain('<td class="num right muted">7</td>');
  expect(html).toContain('<td class="num right muted">–</td>');
});

test.each([
  [[0, 0, 0], "4"],
  [[5], "6"],
  [[99, 12], "100"],
  [[1201], "2K"],
])("Chart of %p has a scale up to %s", (values, top) => {
  expect(chart(values)).toContain(`<span class="scale num">${top}</span>`);
});

test.each([[[]], [[0]], [[0, 0]]])("Chart of %p draws no number that is none", (values) => {
  expect(chart(values)).not.toMatch(/NaN|Infinity|undefined/);
});

test("Chart is interrupted where there is no figure, and says so", () => {
  const html = chart([3, null, 5]);

  expect(html).toContain('<path class="line" d="M50 100 h0 M250 ');
  expect(html).toContain('<path class="area" d="M50 200 L50 100 L50 200Z M250 200 L250 ');
  expect(html).toContain('<td class="num right">–</td>');
  expect(html).not.toContain("Before");
});

test("Chart of times has a scale people count in", () => {
  const html = renderToString(
    <Chart
      values={[80_000]}
      past={[]}
      labels={["day"]}
      name="Session time"
      format={timeText}
      scale={timeText}
      isTime
    />,
  );

  expect(html).toContain('<span class="scale num">2 m 0 s</span>');
});

const bars = (rows: readonly BarRow[]) =>
  renderToString(<Bars rows={rows} heads={["Visitors", "Share"]} empty="Nobody came." />);

test("Bars lie behind rows, and each row leads somewhere", () => {
  const html = bars([
    { key: "/", name: "/", bar: 1, values: ["40", "10 %"], href: "/a?f=is,page,/" },
    { key: "/cart", name: "/cart", bar: 0.25, values: ["10", "3 %"] },
  ]);

  expect(html.match(/rect width="[^"]+"/g)).toEqual(['rect width="100%"', 'rect width="25%"']);
  expect(html).toContain('href="/a?f=is,page,/"');
  expect(html).toContain("10 %");
});

test("Bars without rows say so", () => {
  expect(bars([])).toContain("Nobody came.");
});

describe("changeOf()", () => {
  test.each([
    ["visitors", 112, 100, "+12 %", "good"],
    ["visitors", 88, 100, "−12 %", "bad"],
    ["visitors", 100, 100, "no change", "neutral"],
    ["visitors", 1001, 1000, "no change", "neutral"],
    ["visitors", 5, 0, "none before", "neutral"],
    ["visitors", 0, 0, "no change", "neutral"],
    ["bounce_rate", 0.38, 0.41, "−3 pt", "good"],
    ["bounce_rate", 0.44, 0.41, "+3 pt", "bad"],
    ["engaged_time", 112_000, 106_000, "+6 s", "good"],
    ["session_time", 60_000, 190_000, "−2 m 10 s", "bad"],
    ["conversion_rate", 0.05, null, "no earlier figure", "neutral"],
  ] as const)("of %s from %p and %p is %s", (metric, value, before, text, tone) => {
    expect(changeOf(metric, value, before)).toEqual({ text, tone });
  });
});
