/**
 * Pictures: each gradient graph in `test/pictures` renders to the SVG text beside it. On a difference the new picture
 * lies beside the old one as `<case>.changed.svg`; `UPDATE=1` takes it over, and the reviewer looks at both.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { GradientGraph } from "@gradlens/engine/graph";
import { renderSvg } from "@gradlens/webview/picture";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../pictures/", import.meta.url));
const cases = readdirSync(folder)
  .filter((file) => file.endsWith(".json") && !file.includes(".uncut."))
  .map((file) => file.slice(0, -".json".length));

describe("pictures", () => {
  it.each(cases)("%s", (name) => {
    const drawn = `${renderSvg(read(name), "dark").replaceAll("><", ">\n<")}\n`;
    const kept = `${folder}${name}.svg`;
    const changed = `${folder}${name}.changed.svg`;
    if (process.env.UPDATE === "1") writeFileSync(kept, drawn);
    const isSame = existsSync(kept) && readFileSync(kept, "utf8") === drawn;
    if (isSame) rmSync(changed, { force: true });
    else writeFileSync(changed, drawn);
    expect(
      isSame,
      `The picture of ${name} changed: compare ${name}.svg with ${name}.changed.svg in test/pictures`,
    ).toBe(true);
  });

  it("lets several pictures stand on one page", () => {
    const pictures = [
      renderSvg(read("one-cut"), "dark"),
      renderSvg(read("one-cut"), "light"),
      renderSvg(read("both-detached"), "dark"),
    ];
    const ids = pictures.flatMap((svg) => {
      return [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    });
    expect(ids.length).toBeGreaterThan(4);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("never lets a name of the user become markup", () => {
    const svg = renderSvg(read("every-kind"), "light");
    expect(svg).toContain("t&lt;script>&amp;&quot;");
    expect(svg).not.toContain("<script");
  });
});

function read(name: string): GradientGraph {
  return JSON.parse(readFileSync(`${folder}${name}.json`, "utf8"));
}
