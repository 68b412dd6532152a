// Renders every screen into a folder, to look at: `bun test/views/preview.ts FOLDER`. With
// `--pictures`, and names of screens if not all, each is also taken in light, in dark, at the
// width of a phone and on a wide screen.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startBrowser } from "../helpers/browser.ts";
import { PACKAGED, pageOf, startGallery, staticPath } from "./gallery.ts";
import { SCREENS } from "./screens.tsx";

const LOOKS = {
  light: { colorScheme: "light", viewport: { width: 1440, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1440, height: 900 } },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 } },
  wide: { colorScheme: "light", viewport: { width: 1900, height: 1000 } },
} as const;

const [folder, option, ...names] = process.argv.slice(2);
if (!folder) throw new TypeError("Name the folder to render into");
writePages(folder);
if (option === "--pictures") {
  await takePictures(folder, names.length > 0 ? names : Object.keys(SCREENS));
}

function writePages(into: string) {
  mkdirSync(into, { recursive: true });
  cpSync(staticPath(""), join(into, "static"), { recursive: true });
  for (const file of Object.keys(PACKAGED)) cpSync(staticPath(file), join(into, "static", file));
  for (const name of Object.keys(SCREENS)) writeFileSync(join(into, `${name}.html`), pageOf(name));
  const links = Object.keys(SCREENS).map((name) => `<li><a href="/${name}.html">${name}</a></li>`);
  writeFileSync(join(into, "index.html"), `<!doctype html><ul>${links.join("")}</ul>`);
}

async function takePictures(into: string, screens: readonly string[]) {
  const gallery = startGallery();
  const browser = await startBrowser();
  for (const [look, options] of Object.entries(LOOKS)) {
    const page = await browser.newPage(options);
    mkdirSync(join(into, look), { recursive: true });
    for (const name of screens) {
      await page.goto(`${gallery.url}/${name}`);
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(into, look, `${name}.png`), fullPage: true });
    }
    await page.close();
  }
  await browser.close();
  await gallery.stop();
}
