import { expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import { Bars } from "../../views/parts/bars.tsx";
import { Chart } from "../../views/parts/chart.tsx";

const chart = (values: readonly number[], past: readonly number[] = []) =>
  renderToString(
    <Chart values={values} past={past} labels={values.map((_, at) => `day ${at}`)} name="Views" />,
  );

test("Chart tells each value and the one before it without a pointer", () => {
  const html = chart([12_000, 3], [7]);

  expect(html).toContain('<th scope="row">day 0</th><td class="num right">12,000</td>');
  expect(html).toContain('<td class="num right muted">7</td>');
  expect(html).toContain('<td class="num right muted">0</td>');
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

test("Bars lie behind rows in proportion to the first", () => {
  const rows = [
    { name: "/", visitors: 40, count: 80 },
    { name: "/cart", visitors: 10, count: 10 },
  ];

  const html = renderToString(
    <Bars title="Pages" counted="Views" rows={rows} whole={400} empty="None" />,
  );

  expect(html.match(/rect width="[^"]+"/g)).toEqual(['rect width="100%"', 'rect width="25%"']);
  expect(html).toContain("10 %");
});

test("Bars without rows say so", () => {
  const html = renderToString(
    <Bars title="Pages" counted="Views" rows={[]} whole={0} empty="Nobody came." />,
  );

  expect(html).toContain("Nobody came.");
});
