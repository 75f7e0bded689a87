/**
 * The editor's colors as a canvas can use them: it does not know `var(--…)`, so the browser is asked what they come to.
 * A change of theme is told to whoever has painted with them.
 */
import { editorPalette, type Palette } from "../appearance.js";

/** The palette of the moment, read through an element that stands in the page. */
export function screenPalette(probe: HTMLElement): Palette {
  const before = probe.style.color;
  const colorOf = (color: string): string => {
    probe.style.color = color;
    return getComputedStyle(probe).color;
  };
  const palette: Palette = {
    background: colorOf(editorPalette.background),
    text: colorOf(editorPalette.text),
    dim: colorOf(editorPalette.dim),
    border: colorOf(editorPalette.border),
    card: colorOf(editorPalette.card),
    accent: colorOf(editorPalette.accent),
    positive: colorOf(editorPalette.positive),
    negative: colorOf(editorPalette.negative),
    none: colorOf(editorPalette.none),
    warning: colorOf(editorPalette.warning),
    font: getComputedStyle(probe).fontFamily,
  };
  probe.style.color = before;
  return palette;
}

/** VS Code changes the theme through the class of the body and variables at the root element. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  return () => observer.disconnect();
}
