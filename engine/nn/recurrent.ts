/** Recurrent networks over whole sequences: layers of cells, forward and, where asked, also backward in time. */
import { zeros } from "../creation.js";
import { EngineError } from "../errors.js";
import { concat, stack } from "../functions.js";
import { dropout } from "../randomized.js";
import type { Tensor } from "../tensor.js";
import { uniform_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { gatesOf, nextState, type CellKind, type CellWeights, type State } from "./recurrent-cells.js";
import { checkedSize } from "./size.js";

/** Options of the recurrent layers. */
export interface RecurrentOptions {
  /** How many cells stand on each other, one unless given. */
  readonly numLayers?: number;
  /** False leaves the biases out. */
  readonly bias?: boolean;
  /** Whether sequences are [batch, time, …] and not [time, batch, …]. */
  readonly batchFirst?: boolean;
  /** The probability of dropping between the layers. */
  readonly dropout?: number;
  /** Whether a second set of cells reads the sequence from its end; not unless given. */
  readonly bidirectional?: boolean;
}

interface Sequence {
  readonly output: Tensor;
  readonly h: Tensor;
  readonly c: Tensor | null;
}

abstract class Recurrent<Output> extends Module<Output> {
  protected constructor(
    call: string,
    private readonly kind: CellKind,
    /** The length of an input's vector. */
    readonly inputSize: number,
    /** The length of the state's vector. */
    readonly hiddenSize: number,
    private readonly options: RecurrentOptions,
  ) {
    super();
    checkedSize(call, "inputSize", inputSize);
    checkedSize(call, "hiddenSize", hiddenSize);
    const bound = hiddenSize > 0 ? 1 / Math.sqrt(hiddenSize) : 0;
    const rows = gatesOf[kind] * hiddenSize;
    for (const { layer, end } of this.cells()) {
      const width = layer === 0 ? inputSize : hiddenSize * this.directions;
      const first = (name: string, shape: number[]): void => {
        const value = new Parameter(uniform_(zeros(shape), -bound, bound));
        Object.defineProperty(this, `${name}${end}`, { value, enumerable: true, configurable: true, writable: true });
      };
      first("weightIh", [rows, width]);
      first("weightHh", [rows, hiddenSize]);
      if (options.bias === false) continue;
      first("biasIh", [rows]);
      first("biasHh", [rows]);
    }
  }

  protected run(x: Tensor, h: Tensor | null, c: Tensor | null): Sequence {
    const { batchFirst = false, dropout: p = 0, numLayers = 1 } = this.options;
    const isSingle = x.shape.length === 2;
    const batched = isSingle ? x.unsqueeze(1) : batchFirst ? x.transpose(0, 1) : x;
    const at = (states: Tensor | null, index: number): Tensor | null => {
      const own = states?.select(0, index) ?? null;
      return own !== null && isSingle ? own.unsqueeze(0) : own;
    };
    let input = batched;
    const last: State[] = [];
    for (let layer = 0; layer < numLayers; layer++) {
      const outputs = this.cells()
        .filter((cell) => cell.layer === layer)
        .map(({ end, direction }, side) => {
          const index = layer * this.directions + side;
          const ends = this.through(input, direction, this.weightsOf(end), { h: at(h, index), c: at(c, index) });
          last.push(ends.state);
          return ends.output;
        });
      const output = outputs.length === 1 ? outputs[0] : concat(outputs, -1);
      input = layer < numLayers - 1 ? dropout(output, { p, training: this.training }) : output;
    }
    const states = (pick: (state: State) => Tensor): Tensor => {
      const all = stack(last.map(pick));
      return isSingle ? all.squeeze(1) : all;
    };
    return {
      output: isSingle ? input.squeeze(1) : batchFirst ? input.transpose(0, 1) : input,
      h: states((state) => state.h),
      c: this.kind === "lstm" ? states((state) => state.c ?? state.h) : null,
    };
  }

  /** All steps of one cell; the output is in the order of the sequence. */
  private through(
    x: Tensor,
    direction: "forward" | "backward",
    weights: CellWeights,
    start: { readonly h: Tensor | null; readonly c: Tensor | null },
  ): { readonly output: Tensor; readonly state: State } {
    const steps = x.unbind(0);
    if (direction === "backward") steps.reverse();
    const [, batch] = x.shape;
    let state: State = { h: start.h ?? zeros([batch, this.hiddenSize], { dtype: x.dtype }), c: start.c };
    const outputs = steps.map((step) => {
      state = nextState(this.kind, step, state, weights);
      return state.h;
    });
    if (direction === "backward") outputs.reverse();
    return { output: stack(outputs), state };
  }

  private get directions(): number {
    return this.options.bidirectional === true ? 2 : 1;
  }

  private cells() {
    const { numLayers = 1 } = this.options;
    const directions = this.directions === 2 ? (["forward", "backward"] as const) : (["forward"] as const);
    return Array.from({ length: numLayers }, (_, layer) =>
      directions.map((direction) => ({
        layer,
        direction,
        end: `L${layer}${direction === "backward" ? "Reverse" : ""}`,
      })),
    ).flat();
  }

  private weightsOf(end: string): CellWeights {
    const own = new Map(Object.entries(this));
    const at = (name: string): Tensor | null => own.get(`${name}${end}`) ?? null;
    const [weightIh, weightHh] = [at("weightIh"), at("weightHh")];
    if (weightIh === null || weightHh === null) {
      throw new EngineError(
        `a recurrent layer: it has no weights \`weightIh${end}\` and \`weightHh${end}\``,
        "they were made with the layer, and something has taken them away",
        "Leave these properties in place; assign other parameters to them if they are to change.",
      );
    }
    return { weightIh, weightHh, biasIh: at("biasIh"), biasHh: at("biasHh") };
  }
}

/** h′ = tanh(W·x + b + U·h + d) along a sequence [time, batch, input]: the outputs of all steps and the last state. */
export class RNN extends Recurrent<[Tensor, Tensor]> {
  constructor(
    inputSize: number,
    hiddenSize: number,
    options: RecurrentOptions & { readonly nonlinearity?: "tanh" | "relu" } = {},
  ) {
    super("RNN", options.nonlinearity ?? "tanh", inputSize, hiddenSize, options);
  }

  override forward(x: Tensor, h: Tensor | null = null): [Tensor, Tensor] {
    const { output, h: last } = this.run(x, h, null);
    return [output, last];
  }
}

/** Gated recurrent units along a sequence: the outputs of all steps and the last state. */
export class GRU extends Recurrent<[Tensor, Tensor]> {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super("GRU", "gru", inputSize, hiddenSize, options);
  }

  override forward(x: Tensor, h: Tensor | null = null): [Tensor, Tensor] {
    const { output, h: last } = this.run(x, h, null);
    return [output, last];
  }
}

/** Long short-term memory along a sequence: the outputs of all steps and the last [h, c]. */
export class LSTM extends Recurrent<[Tensor, [Tensor, Tensor]]> {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super("LSTM", "lstm", inputSize, hiddenSize, options);
  }

  override forward(x: Tensor, state: readonly [Tensor, Tensor] | null = null): [Tensor, [Tensor, Tensor]] {
    const { output, h, c } = this.run(x, state?.[0] ?? null, state?.[1] ?? null);
    return [output, [h, c ?? h]];
  }
}
