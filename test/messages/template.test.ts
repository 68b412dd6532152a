import { expect, test } from "bun:test";
import { renderText, templateProblem } from "../../src/messages/template.ts";

test.each([
  ["doubles a text", "{% capture a %}{{ a }}{{ a }}x{% endcapture %}".repeat(27) + "{{ a }}"],
  ["doubles a variable", "{% assign a = 'x' %}" + "{% assign a = a | append: a %}".repeat(40)],
  ["never ends", "{% for i in (1..99999) %}{% for j in (1..99999) %}{% endfor %}{% endfor %}"],
  ["makes a book", "{% for i in (1..9999) %}" + "x".repeat(100) + "{% endfor %}"],
  ["reads a file", "{% include '/etc/passwd' %}"],
  ["renders another", "{% render 'x' %}"],
])("a text that %s is refused, soon, with what is wrong", (_, template) => {
  const begunAt = performance.now();
  const problem = templateProblem(template);

  expect(problem).toStartWith("The text cannot be filled in");
  // A bound that tells seconds from milliseconds, not a measurement.
  expect(performance.now() - begunAt).toBeLessThan(2000);
});

test("a text is filled in, and what nobody knows is empty", () => {
  const template =
    "Hi {{ name | upcase }}{% if no %}!{% endif %}{% for x in list %} {{ x }}{% endfor %}";

  expect(renderText(template, { name: "ann", list: [1, 2] })).toBe("Hi ANN 1 2");
});
