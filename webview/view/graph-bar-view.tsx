/**
 * The bar over the picture: where the selection stands among the calls, how much of the graph is on one card, and the
 * search. A step of the path folds what is behind it.
 */
import type { GradientGraph, GraphNode } from "@gradlens/engine/graph";
import { useRef, useState } from "preact/hooks";
import { levels, type FoldedGraph, type Level } from "../folding/fold.js";
import type { Group } from "../folding/frame-tree.js";
import { overlays, type Overlay } from "../overlay.js";
import type { PanelEvent } from "../state.js";
import { nodeKeys } from "../twins.js";
import { labelOf, lineAsText, visible } from "../words.js";
import { Icon } from "./icons.js";

/** In a picture this small one finds everything by looking. */
const fewToSearch = 16;

interface BarProps {
  readonly graph: GradientGraph;
  readonly folded: FoldedGraph;
  readonly level: Level;
  readonly overlay: Overlay;
  /** The group of the selection: itself, or the one around the selected node. */
  readonly group: Group | null;
  readonly dispatch: (event: PanelEvent) => void;
}

export function GraphBarView({ graph, folded, level, overlay, group, dispatch }: BarProps) {
  const isFoldable = folded.tree.root.children.length > 0;
  const path = pathOf(group);
  if (!isFoldable && graph.nodes.length < fewToSearch) return null;
  return (
    <div class="graph-bar">
      {isFoldable && (
        <nav class="crumbs" aria-label="Where the selection is">
          <button class="link" onClick={() => dispatch({ kind: "level", level })} title="Fold as at first">
            program
          </button>
          {path.map((each) => (
            <span key={each.key}>
              <span aria-hidden="true"> › </span>
              <button
                class="link"
                title={`Fold ${each.name}`}
                onClick={() =>
                  dispatch({ kind: "fold", groups: [each.key], to: "closed", selected: `group ${each.key}` })
                }
              >
                {visible(each.name)}
              </button>
            </span>
          ))}
        </nav>
      )}
      <span class="count">
        <b>{graph.nodes.length}</b>
        {graph.leftOut > 0 ? " nodes nearest to the loss" : " nodes"}
        {folded.graph.nodes.length < graph.nodes.length && (
          <>
            , <b>{folded.graph.nodes.length}</b> cards
          </>
        )}
      </span>
      {isFoldable && (
        <div class="levels" role="radiogroup" aria-label="What stands on one card">
          {levels.map((each) => (
            <button
              key={each}
              role="radio"
              aria-checked={each === level}
              data-testid={`level-${each.replace(" ", "-")}`}
              onClick={() => dispatch({ kind: "level", level: each })}
            >
              {each}
            </button>
          ))}
        </div>
      )}
      <label class="overlay">
        <span class="unseen">Lay over the picture</span>
        <select
          data-testid="overlay"
          title="Lay over the picture; what it says nothing about steps back"
          value={overlay}
          onChange={({ currentTarget }) => {
            const chosen = overlays.find((each) => each.overlay === currentTarget.value);
            if (chosen !== undefined) dispatch({ kind: "overlay", overlay: chosen.overlay });
          }}
        >
          {overlays.map(({ overlay: each, words }) => (
            <option key={each} value={each}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <Search graph={graph} folded={folded} dispatch={dispatch} />
    </div>
  );
}

type SearchProps = Pick<BarProps, "graph" | "folded" | "dispatch">;

const mostFound = 12;

function Search({ graph, folded, dispatch }: SearchProps) {
  const [wanted, setWanted] = useState("");
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const found = wanted === "" ? [] : search(graph, wanted);
  const go = (node: GraphNode | undefined): void => {
    if (node === undefined) return;
    const groups = pathOf(folded.tree.groupOf.get(node.id) ?? null).map(({ key }) => key);
    dispatch({ kind: "fold", groups, to: "open", selected: nodeKeys(graph).get(node.id) ?? null });
    dispatch({ kind: "select", node: nodeKeys(graph).get(node.id) ?? null, span: node.span });
    setWanted("");
    input.current?.blur();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "ArrowDown") setChosen(Math.min(chosen + 1, found.length - 1));
    else if (event.key === "ArrowUp") setChosen(Math.max(0, chosen - 1));
    else if (event.key === "Enter") {
      // Quick fingers press it before the list is drawn.
      const written = input.current?.value ?? wanted;
      go(written === wanted ? found[chosen] : search(graph, written)[0]);
    } else if (event.key === "Escape") {
      setWanted("");
      input.current?.blur();
    } else return;
    event.preventDefault();
  };
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        class="find"
        data-testid="search"
        placeholder="find tensor, op or line"
        aria-label="Find a tensor, an op or a line ( / )"
        value={wanted}
        onInput={({ currentTarget }) => {
          setWanted(currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      {wanted !== "" && (
        <ul role="listbox" aria-label="Found">
          {found.length === 0 && <li class="note">Nothing is called that.</li>}
          {found.map((node, index) => (
            <li key={node.id} role="option" aria-selected={index === chosen}>
              <button class="plain" onClick={() => go(node)}>
                {labelOf(node)}
              </button>
              <small>{[node.kind === "leaf" ? "leaf" : (node.op ?? ""), lineAsText(node.span)].join(" · ")}</small>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** By name, by op and by line; names that begin with what is sought come first. */
function search(graph: GradientGraph, wanted: string): readonly GraphNode[] {
  const sought = wanted.trim().toLowerCase();
  const rank = (node: GraphNode): number => {
    const label = labelOf(node).toLowerCase();
    if (label.startsWith(sought)) return 0;
    if (label.includes(sought)) return 1;
    if (node.op?.toLowerCase().includes(sought) === true) return 2;
    return lineAsText(node.span) === sought || lineAsText(node.span) === `ln ${sought}` ? 3 : 4;
  };
  const ranked = graph.nodes.map((node) => ({ node, rank: rank(node) })).filter((each) => each.rank < 4);
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, mostFound)
    .map(({ node }) => node);
}

/** From the outermost group inwards, without the whole program. */
export function pathOf(group: Group | null): readonly Group[] {
  const path: Group[] = [];
  for (let each = group; each !== null && each.kind !== "root"; each = each.parent) path.unshift(each);
  return path;
}
