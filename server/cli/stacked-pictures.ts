/**
 * Several pictures in one SVG, one below the other: a file may have several losses, and an SVG file has one root.
 * It knows of the pictures only that each is an `<svg>` with a width and a height.
 */
const gap = 24;

export function stackedPictures(pictures: readonly string[]): string {
  const [only] = pictures;
  if (pictures.length === 1 && only !== undefined) return only;
  let top = 0;
  let width = 0;
  const placed = pictures.map((picture) => {
    const size = sizeOf(picture);
    const shown = picture.replace(/^[^<]*(?:<\?[^>]*\?>\s*)?<svg/, `<svg y="${top}"`);
    top += size.height + gap;
    width = Math.max(width, size.width);
    return shown;
  });
  const height = Math.max(0, top - gap);
  const root = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`;
  return `${root}\n${placed.join("\n")}\n</svg>`;
}

/** The picture's own size; where it states none, its view box is as good. */
function sizeOf(picture: string): { width: number; height: number } {
  const head = /<svg[^>]*>/.exec(picture)?.[0] ?? "";
  const [, , boxWidth = "0", boxHeight = "0"] = /viewBox="([^"]*)"/.exec(head)?.[1]?.split(/[\s,]+/) ?? [];
  const width = /\swidth="([\d.]+)(?:px)?"/.exec(head)?.[1] ?? boxWidth;
  const height = /\sheight="([\d.]+)(?:px)?"/.exec(head)?.[1] ?? boxHeight;
  return { width: Number(width), height: Number(height) };
}
