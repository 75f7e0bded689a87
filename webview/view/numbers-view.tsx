/**
 * The numbers of a tensor and of its gradient beside each other: how they are spread, what they are on the whole, and
 * the entries themselves as far as they are known. Exact zeros are counted and drawn apart from what is only small.
 */
import type { GraphNode, Shape, TensorSummary } from "@gradlens/engine/graph";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { numberAsText, percent, placeInShape } from "../numbers-as-text.js";
import { counted } from "../words.js";

interface NumbersProps {
  readonly node: GraphNode;
  /** All entries in row-major order, where the run has told them. */
  readonly entries: { readonly value: readonly number[] | null; readonly gradient: readonly number[] | null };
}

export function NumbersView({ node: { value, gradient, shape }, entries }: NumbersProps) {
  const received = gradient.kind === "received" ? gradient.summary : null;
  if ((value?.size ?? received?.size ?? 1) === 1) return null;
  const both = [value, received];
  const row = (label: string, of: (summary: TensorSummary) => ComponentChildren) => (
    <tr>
      <th scope="row">{label}</th>
      {both.map((summary, index) => (
        <td key={index}>{summary === null ? "" : of(summary)}</td>
      ))}
    </tr>
  );
  const hasLost = both.some((summary) => (summary?.nonFinite ?? 0) > 0);
  return (
    <section class="numbers" aria-label="The numbers">
      <table>
        <thead>
          <tr>
            <th>{counted(value?.size ?? received?.size ?? 0, "entry", "entries")}</th>
            <th>value</th>
            <th>{received === null ? "" : "gradient"}</th>
          </tr>
        </thead>
        <tbody>
          {both.some((summary) => (summary?.histogram ?? null) !== null) &&
            row("spread", (summary) => <Spread summary={summary} />)}
          {row("mean", ({ mean }) => numberAsText(mean))}
          {row("least", ({ min }) => numberAsText(min))}
          {row("most", ({ max }) => numberAsText(max))}
          {row("exactly 0", ({ exactZeros, size }) =>
            exactZeros === 0 ? "none" : `${exactZeros} (${percent(exactZeros / size)})`,
          )}
          {hasLost && row("lost", ({ nonFinite }) => (nonFinite === 0 ? "none" : <b class="warning">{nonFinite}</b>))}
        </tbody>
      </table>
      <Entries
        words="value"
        numbers={entries.value ?? value?.first ?? []}
        size={value?.size ?? 0}
        shape={shape ?? []}
      />
      {received !== null && (
        <Entries
          words="gradient"
          numbers={entries.gradient ?? received.first}
          size={received.size}
          shape={shape ?? []}
        />
      )}
    </section>
  );
}

const width = 84;
const height = 34;

/** Counts from 0 upwards on a linear scale; the exact zeros of a bin have a color of their own. */
function Spread({ summary: { histogram, exactZeros } }: { readonly summary: TensorSummary }) {
  if (histogram === null) return null;
  const { from, to, counts } = histogram;
  const most = Math.max(1, ...counts);
  const bin = (to - from) / counts.length;
  const step = width / counts.length;
  const words = `from ${numberAsText(from)} to ${numberAsText(to)}, the fullest of ${counts.length} bins has ${most}`;
  return (
    <svg class="spread" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={words}>
      <title>{words}</title>
      {counts.map((count, index) => {
        const start = from + index * bin;
        const isLast = index === counts.length - 1;
        const holdsZero = bin === 0 ? from === 0 : start <= 0 && (0 < start + bin || (isLast && start + bin >= 0));
        // A bin with anything in it is never drawn as an empty one.
        const full = count === 0 ? 0 : Math.max(1, (count / most) * height);
        const zeros = holdsZero && count > 0 ? (full * Math.min(exactZeros, count)) / count : 0;
        const place = { x: index * step, width: Math.max(0.5, step - 0.7) };
        return (
          <g key={index}>
            <rect {...place} y={height - full} height={full - zeros} />
            <rect {...place} class="zeros" y={height - zeros} height={zeros} />
          </g>
        );
      })}
    </svg>
  );
}

interface EntriesProps {
  readonly words: string;
  readonly numbers: readonly number[];
  readonly size: number;
  readonly shape: Shape;
}

const fewRows = 6;
const mostRows = 400;
const mostColumns = 8;

/** One line for each row of the last dimension; what is too much is folded. */
function Entries({ words, numbers, size, shape }: EntriesProps) {
  const [isWhole, setIsWhole] = useState<"first" | "all">("first");
  if (numbers.length === 0) return null;
  const length = Math.max(1, shape.at(-1) ?? 1);
  const rows = Array.from({ length: Math.ceil(numbers.length / length) }, (_, row) => row);
  const shown = rows.slice(0, isWhole === "all" ? mostRows : fewRows);
  const unknown = size - numbers.length;
  return (
    <details class="entries">
      <summary>
        {words} {unknown > 0 ? `(the first ${numbers.length} of ${size})` : "entry by entry"}
      </summary>
      <ol>
        {shown.map((row) => (
          <li key={row}>
            <span class="place">{placeOf(row, shape)}</span>
            {lineOf(numbers.slice(row * length, (row + 1) * length))}
          </li>
        ))}
      </ol>
      {rows.length > shown.length && isWhole === "first" && (
        <button class="link" onClick={() => setIsWhole("all")}>
          {counted(rows.length - shown.length, "more row")}
        </button>
      )}
    </details>
  );
}

function lineOf(row: readonly number[]): string {
  if (row.length <= mostColumns) return row.map(numberAsText).join("  ");
  const [start, end] = [row.slice(0, mostColumns - 2), row.slice(-1)];
  return `${start.map(numberAsText).join("  ")}  … ${row.length - mostColumns + 1} …  ${end.map(numberAsText).join("")}`;
}

/** `[2, 0]`: which row of the tensor this is; a vector has one alone. */
function placeOf(row: number, shape: Shape): string {
  return shape.length <= 1 ? "" : `[${placeInShape(row, shape.slice(0, -1))}]`;
}
