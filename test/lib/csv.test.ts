import { describe, expect, test } from "bun:test";
import { csvHeaders, csvLine, csvText } from "../../src/lib/csv.ts";

describe("csvLine()", () => {
  test.each([
    [["a", "b"], "a,b\r\n"],
    [["a,b", 'say "hi"', "two\nlines"], '"a,b","say ""hi""","two\nlines"\r\n'],
    [["left;right", "left\tright"], '"left;right","left\tright"\r\n'],
    [[1, -2.5, true, null, undefined, "", Number.NaN], "1,-2.5,true,,,,\r\n"],
  ])("writes %j", (values, line) => {
    expect(csvLine(values)).toBe(line);
  });

  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"])(
    "keeps %j from being a formula",
    (text) => {
      expect(csvLine([text]).replace(/^"/, "")).toStartWith("'");
    },
  );

  test("keeps a formula from hiding behind a separator of other spreadsheets", () => {
    expect(csvLine(["x;=1+1"])).toBe('"x;=1+1"\r\n');
  });
});

test("csvText() writes the columns, then the rows", () => {
  expect(csvText(["page", "visitors"], [["/", 3]])).toBe("page,visitors\r\n/,3\r\n");
});

test("csvHeaders() names a file that cannot leave its header", () => {
  const headers = csvHeaders('shop.example "pages"\r\nx: y');

  expect(headers["content-disposition"]).toBe('attachment; filename="shop.example-pages-x-y.csv"');
});
