/** The export of what is in the picture: as SVG or PNG to show, as DOT or JSON to go on with. */
import type { GradientGraph } from "@gradlens/engine/graph";
import { useState } from "preact/hooks";
import type { FoldedGraph } from "../folding/fold.js";
import type { ExportFormat } from "../messages.js";
import { asJson, formatDot, renderFolded } from "../picture.js";
import type { PanelEvent } from "../state.js";
import { Icon } from "./icons.js";

interface ExportProps {
  readonly title: string;
  readonly graph: GradientGraph;
  readonly folded: FoldedGraph;
  readonly uncut: FoldedGraph | null;
  readonly theme: () => "dark" | "light";
  readonly dispatch: (event: PanelEvent) => void;
}

const formats: readonly { readonly format: ExportFormat; readonly words: string }[] = [
  { format: "svg", words: "SVG picture" },
  { format: "png", words: "PNG picture" },
  { format: "dot", words: "DOT, for Graphviz" },
  { format: "json", words: "JSON, all nodes" },
];

export function ExportMenu({ title, graph, folded, uncut, theme, dispatch }: ExportProps) {
  const [isOpen, setIsOpen] = useState<"open" | "closed">("closed");
  const save = async (format: ExportFormat): Promise<void> => {
    setIsOpen("closed");
    const svg = (): string => renderFolded(folded, theme(), uncut);
    const text =
      format === "svg"
        ? svg()
        : format === "png"
          ? await pngOf(svg())
          : format === "dot"
            ? formatDot(title, [folded.graph])
            : asJson(graph);
    if (text !== null) dispatch({ kind: "export", format, text });
  };
  return (
    <div class="menu">
      <button
        title="Export the picture"
        aria-haspopup="menu"
        aria-expanded={isOpen === "open"}
        onClick={() => setIsOpen(isOpen === "open" ? "closed" : "open")}
      >
        <Icon name="save" />
        <span>Export</span>
      </button>
      {isOpen === "open" && (
        <ul role="menu">
          {formats.map(({ format, words }) => (
            <li key={format} role="none">
              <button role="menuitem" data-testid={`export-${format}`} onClick={() => void save(format)}>
                {words}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Twice as fine as on the screen; null where the browser cannot draw it, as one too large. */
async function pngOf(svg: string): Promise<string | null> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width * 2;
    canvas.height = image.height * 2;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const [, bytes = ""] = canvas.toDataURL("image/png").split(",");
    return bytes === "" ? null : bytes;
  } catch (error) {
    console.error("GradLens: the picture could not be drawn as PNG.", error);
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}
