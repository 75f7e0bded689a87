/**
 * The controls: calls that act on the tape instead of computing. Each says what it does and why,
 * as a clause that can follow "because". Facts only; nothing here runs.
 */
export type ControlEffect =
  | "cuts"
  | "pauses recording"
  | "leaves the tape"
  | "starts a backward pass"
  | "clears gradients"
  | "updates leaves"
  | "sets a flag";

export interface Control {
  readonly effect: ControlEffect;
  readonly because: string;
}

export const controls = {
  detach: { effect: "cuts", because: "`detach()` returns the value without its history" },
  noGrad: { effect: "pauses recording", because: "ops inside `noGrad()` are not recorded" },
  item: { effect: "leaves the tape", because: "`item()` returns a plain number" },
  tolist: { effect: "leaves the tape", because: "`tolist()` returns plain numbers" },
  data: { effect: "leaves the tape", because: "`data` is a copy of the values outside the tape" },
  grad: { effect: "leaves the tape", because: "`grad` is a result of the backward pass and has no history by default" },
  backward: { effect: "starts a backward pass", because: "`backward()` sends a gradient back from this value" },
  zeroGrad: { effect: "clears gradients", because: "`zeroGrad()` forgets the gradients of earlier passes" },
  step: { effect: "updates leaves", because: "`step()` changes parameters outside the tape" },
  requiresGrad: { effect: "sets a flag", because: "`requiresGrad` decides whether ops on a leaf are recorded" },
} as const satisfies Readonly<Record<string, Control>>;

export type ControlName = keyof typeof controls;
