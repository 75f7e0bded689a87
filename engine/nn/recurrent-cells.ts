/**
 * One step of a recurrent network. Each gate is a linear map of the input and of the last state; names of parameters are
 * PyTorch's, with the gates one below the other in its order (Hochreiter and Schmidhuber, 1997; Cho et al., 2014).
 */
import { zeros } from "../creation.js";
import type { Tensor } from "../tensor.js";
import { uniform_ } from "./init.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";
import { checkedSize } from "./size.js";

/** Options of the recurrent cells. */
export interface CellOptions {
  /** False leaves both biases out. */
  readonly bias?: boolean;
}

/** The maps of a cell: [gates · hidden, input], [gates · hidden, hidden], and twice [gates · hidden]. */
export interface CellWeights {
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh: Tensor | null;
  readonly biasHh: Tensor | null;
}

/** What goes on from step to step: h, and for an LSTM also c. */
export interface State {
  readonly h: Tensor;
  readonly c: Tensor | null;
}

export type CellKind = "tanh" | "relu" | "lstm" | "gru";

export const gatesOf: Readonly<Record<CellKind, number>> = { tanh: 1, relu: 1, lstm: 4, gru: 3 };

export function nextState(kind: CellKind, x: Tensor, { h, c }: State, weights: CellWeights): State {
  const { weightIh, weightHh, biasIh, biasHh } = weights;
  const mapped = (value: Tensor, weight: Tensor, bias: Tensor | null): Tensor => {
    const product = value.matmul(weight.transpose(-2, -1));
    return bias === null ? product : product.add(bias);
  };
  const [fromInput, fromState] = [mapped(x, weightIh, biasIh), mapped(h, weightHh, biasHh)];
  switch (kind) {
    case "tanh":
      return { h: fromInput.add(fromState).tanh(), c: null };
    case "relu":
      return { h: fromInput.add(fromState).relu(), c: null };
    case "lstm": {
      const [input, forget, candidate, output] = fromInput.add(fromState).chunk(4, -1);
      const kept = c === null ? null : forget.sigmoid().mul(c);
      const added = input.sigmoid().mul(candidate.tanh());
      const next = kept === null ? added : kept.add(added);
      return { h: output.sigmoid().mul(next.tanh()), c: next };
    }
    case "gru": {
      const [resetX, updateX, newX] = fromInput.chunk(3, -1);
      const [resetH, updateH, newH] = fromState.chunk(3, -1);
      const update = updateX.add(updateH).sigmoid();
      const candidate = newX.add(resetX.add(resetH).sigmoid().mul(newH)).tanh();
      return { h: candidate.sub(update.mul(candidate)).add(update.mul(h)), c: null };
    }
  }
}

abstract class Cell<Output> extends Module<Output> {
  /** [gates · hiddenSize, inputSize]: from the input. */
  weightIh: Parameter;
  /** [gates · hiddenSize, hiddenSize]: from the last state. */
  weightHh: Parameter;
  /** [gates · hiddenSize]; null without bias. */
  biasIh: Parameter | null;
  /** [gates · hiddenSize]; null without bias. */
  biasHh: Parameter | null;

  protected constructor(
    call: string,
    protected readonly kind: CellKind,
    /** The length of an input's vector. */
    readonly inputSize: number,
    /** The length of the state's vector. */
    readonly hiddenSize: number,
    { bias = true }: CellOptions,
  ) {
    super();
    checkedSize(call, "inputSize", inputSize);
    checkedSize(call, "hiddenSize", hiddenSize);
    const rows = gatesOf[kind] * hiddenSize;
    const bound = hiddenSize > 0 ? 1 / Math.sqrt(hiddenSize) : 0;
    const first = (shape: number[]): Parameter => new Parameter(uniform_(zeros(shape), -bound, bound));
    this.weightIh = first([rows, inputSize]);
    this.weightHh = first([rows, hiddenSize]);
    this.biasIh = bias ? first([rows]) : null;
    this.biasHh = bias ? first([rows]) : null;
  }

  protected next(x: Tensor, h: Tensor | null, c: Tensor | null): State {
    const start = h ?? zeros([...x.shape.slice(0, -1), this.hiddenSize], { dtype: x.dtype });
    return nextState(this.kind, x, { h: start, c }, this);
  }
}

/** h′ = tanh(W·x + b + U·h + d): [batch, input] and [batch, hidden] give [batch, hidden]. */
export class RNNCell extends Cell<Tensor> {
  constructor(
    inputSize: number,
    hiddenSize: number,
    options: CellOptions & { readonly nonlinearity?: "tanh" | "relu" } = {},
  ) {
    super("RNNCell", options.nonlinearity ?? "tanh", inputSize, hiddenSize, options);
  }

  override forward(x: Tensor, h: Tensor | null = null): Tensor {
    return this.next(x, h, null).h;
  }
}

/** A gated recurrent unit: [batch, input] and [batch, hidden] give [batch, hidden]. */
export class GRUCell extends Cell<Tensor> {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super("GRUCell", "gru", inputSize, hiddenSize, options);
  }

  override forward(x: Tensor, h: Tensor | null = null): Tensor {
    return this.next(x, h, null).h;
  }
}

/** A cell of long short-term memory: [batch, input] and its state [h, c] give the next [h, c]. */
export class LSTMCell extends Cell<[Tensor, Tensor]> {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super("LSTMCell", "lstm", inputSize, hiddenSize, options);
  }

  override forward(x: Tensor, state: readonly [Tensor, Tensor] | null = null): [Tensor, Tensor] {
    const { h, c } = this.next(x, state?.[0] ?? null, state?.[1] ?? null);
    return [h, c ?? h];
  }
}
