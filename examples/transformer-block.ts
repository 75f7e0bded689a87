// Four transformer blocks learn to predict the next letter of a short text.
import {
  arange,
  concat,
  crossEntropy,
  full,
  manualSeed,
  nn,
  noGrad,
  optim,
  tensor,
  type Tensor,
} from "@gradlens/engine";

manualSeed(2);

const text = "the gradient goes where the tape leads";
const letters = [...new Set(text)].sort();
const length = text.length - 1;
const width = 32;
const headCount = 8;
const headWidth = width / headCount;

class Attention extends nn.Module {
  readonly query = new nn.Linear(width, width);
  readonly key = new nn.Linear(width, width);
  readonly value = new nn.Linear(width, width);
  readonly out = new nn.Linear(width, width);

  override forward(x: Tensor): Tensor {
    const q = this.query.forward(x);
    const k = this.key.forward(x);
    const v = this.value.forward(x);
    // No letter may look at those after it.
    const mask = noGrad(() => full([length, length], -1e9).triu(1));
    const heads: Tensor[] = [];
    for (let head = 0; head < headCount; head++) {
      const [from, to] = [head * headWidth, (head + 1) * headWidth];
      const scores = q
        .slice(1, from, to)
        .matmul(k.slice(1, from, to).t())
        .div(Math.sqrt(headWidth));
      const weights = scores.add(mask).softmax(-1);
      heads.push(weights.matmul(v.slice(1, from, to)));
    }
    return this.out.forward(concat(heads, 1));
  }
}

class Block extends nn.Module {
  readonly norm1 = new nn.LayerNorm(width);
  readonly attention = new Attention();
  readonly norm2 = new nn.LayerNorm(width);
  readonly wide = new nn.Linear(width, 4 * width);
  readonly narrow = new nn.Linear(4 * width, width);

  override forward(x: Tensor): Tensor {
    const attended = x.add(this.attention.forward(this.norm1.forward(x)));
    const hidden = this.wide.forward(this.norm2.forward(attended)).gelu();
    return attended.add(this.narrow.forward(hidden));
  }
}

class LanguageModel extends nn.Module {
  readonly letters = new nn.Embedding(letters.length, width);
  readonly places = new nn.Embedding(length, width);
  readonly blocks = new nn.ModuleList([new Block(), new Block(), new Block(), new Block()]);
  readonly norm = new nn.LayerNorm(width);
  readonly head = new nn.Linear(width, letters.length);

  override forward(input: Tensor): Tensor {
    let x = this.letters.forward(input).add(this.places.forward(arange(length).to("int32")));
    for (const block of this.blocks) x = block.forward(x);
    return this.head.forward(this.norm.forward(x));
  }
}

const codes = [...text].map((letter) => letters.indexOf(letter));
const input = tensor(codes.slice(0, -1), { dtype: "int32" });
const target = tensor(codes.slice(1), { dtype: "int32" });
const model = new LanguageModel();
const optimizer = new optim.Adam(model.parameters(), { lr: 0.003 });

for (let step = 0; step < 20; step++) {
  optimizer.zeroGrad();
  const loss = crossEntropy(model.forward(input), target);
  loss.backward();
  optimizer.step();
  console.log(`step ${step + 1}: ${loss.item().toFixed(3)}`);
}
