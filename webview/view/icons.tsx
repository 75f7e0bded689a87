/** The few icons of the panel, drawn on a square of 16; each takes the color of the text around it. They carry no meaning alone. */
export const scissorsPath =
  "M6.1 4a2.1 2.1 0 1 1-4.2 0a2.1 2.1 0 0 1 4.2 0M6.1 12a2.1 2.1 0 1 1-4.2 0a2.1 2.1 0 0 1 4.2 0M5.8 5.2 14 11.6M5.8 10.8 14 4.4";

const paths = {
  scissors: scissorsPath,
  tick: "M3 8.5l3.2 3.2L13 4.5",
  warning: "M8 2.2 14.3 13.4H1.7zM8 6.4v3.4M8 11.4v.6",
  information: "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M8 7.4v3.6M8 5v.4",
  fault: "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M5.8 5.8l4.4 4.4M10.2 5.8 5.8 10.2",
  goto: "M6 3H3v10h10v-3M9 3h4v4M13 3 7 9",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
  table: "M2 3h12v10H2zM2 6.5h12M2 9.8h12M6.5 3v10",
  graph: "M5.8 3.5h4.4v3H5.8zM2 10h4v3H2zM10 10h4v3h-4zM8 6.5v1.8M4 10V8.3h8V10",
  save: "M8 2v7.5M4.8 6.6 8 9.8l3.2-3.2M2.5 11.5V14h11v-2.5",
  again: "M13 8a5 5 0 1 1-1.6-3.7M13.2 2v3h-3",
  pause: "M5.5 3v10M10.5 3v10",
  play: "M5 3l8 5-8 5z",
  stop: "M4 4h8v8H4z",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M10.3 10.3 14 14",
  left: "M10 3.5 5.5 8l4.5 4.5",
  right: "M6 3.5 10.5 8 6 12.5",
  zero: "M12 8c0 3.3-1.8 5.5-4 5.5S4 11.3 4 8s1.8-5.5 4-5.5S12 4.700 12 8",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
