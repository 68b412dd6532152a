import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderToString } from "preact-render-to-string";
import { SCREENS } from "./screens.tsx";
import { HOSTILE } from "./samples.ts";

const NAMES = Object.keys(SCREENS);
const STATIC = join(import.meta.dir, "../../static");

// Their look is one inline sheet, admitted by its hash: they must work on any host.
const ON_ANY_HOST = new Set(["unsubscribe", "unsubscribe-done", "link-gone"]);

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The opening tags of a page, as a browser would read them. */
function tagsOf(html: string): Tag[] {
  const tags: Tag[] = [];
  new HTMLRewriter()
    .on("*", {
      element: ({ tagName, attributes }) => {
        tags.push({ name: tagName, attributes: Object.fromEntries(attributes) });
      },
    })
    .transform(html);
  return tags;
}

const screens = NAMES.map((name) => [name, renderToString(SCREENS[name]!())] as const);

describe.each(screens)("the screen %s", (name, html) => {
  const tags = tagsOf(html);
  const attributes = tags.flatMap((tag) => Object.entries(tag.attributes));

  test("has no code or style of its own", () => {
    expect(tags.length).toBeGreaterThan(5);
    const inline = attributes.filter(([key]) => key === "style" || /^on/i.test(key));
    const scripts = tags.filter((tag) => tag.name === "script" && !tag.attributes.src);
    const styles = tags.filter((tag) => tag.name === "style");

    expect(inline).toEqual([]);
    expect(scripts).toEqual([]);
    expect(styles.length).toBe(ON_ANY_HOST.has(name) ? 1 : 0);
  });

  test("asks htmx for nothing that needs code to be evaluated", () => {
    const htmx = attributes.filter(([key]) => key.startsWith("hx-"));

    expect(htmx.filter(([key]) => key.startsWith("hx-on"))).toEqual([]);
    expect(htmx.filter(([, value]) => /^\s*(?:js|javascript):/.test(value))).toEqual([]);
    expect(htmx.filter(([key, value]) => key === "hx-trigger" && value.includes("["))).toEqual([]);
  });

  test("leads to http addresses and own paths only", () => {
    const targets = attributes.filter(([key]) => ["href", "action", "src"].includes(key));
    const odd = targets.filter(([, value]) => !/^(?:https?:\/\/|\/(?!\/)|\?|#)/.test(value));

    expect(odd).toEqual([]);
  });

  test("names every field and describes it by what is there", () => {
    const ids = attributes.filter(([key]) => key === "id").map(([, id]) => id);
    const labelled = new Set(tags.filter((tag) => tag.name === "label").map(labelFor));
    const fields = tags
      .filter((tag) => ["input", "select", "textarea"].includes(tag.name))
      .filter((tag) => !["hidden", "radio"].includes(tag.attributes.type ?? ""));
    const nameless = fields.filter(
      ({ attributes: { id, "aria-label": label } }) => !label && !(id && labelled.has(id)),
    );
    const described = attributes
      .filter(([key]) => key === "aria-describedby" || key === "aria-labelledby")
      .flatMap(([, value]) => value.split(" "));

    expect(new Set(ids).size).toBe(ids.length);
    expect(nameless).toEqual([]);
    expect(described.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

const labelFor = ({ attributes }: Tag) => attributes.for;

describe("what somebody typed", () => {
  const typed = screens.filter(([name]) => name.endsWith("-refused"));

  test.each(typed)("is text on %s", (_, html) => {
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("<img src=x");
  });

  test.each(typed)("is answered on %s with what is wrong", (_, html) => {
    expect(html).toContain('role="alert"');
  });

  test("comes back into the field it was refused in, whole", () => {
    const tags = tagsOf(renderToString(SCREENS["sites-refused"]!()));
    const domain = tags.find((tag) => tag.attributes.id === "domain")!;

    expect(decode(domain.attributes.value!)).toBe(HOSTILE);
    expect(domain.attributes["aria-invalid"]).toBe("true");
    expect(domain.attributes["aria-describedby"]).toBe("domain-error");
  });
});

const decode = (text: string) =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

test.each(["base.css", "parts.css", "screens.css", "reports.css", "statistics.css", "demo.css"])(
  "%s loads nothing from elsewhere",
  (file) => {
    const css = readFileSync(join(STATIC, file), "utf8");

    expect(css.match(/@import|url\((?!"?inter\.woff2)/g)).toBeNull();
  },
);
