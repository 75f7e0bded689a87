// Selective gradients: what detaching one operand, both, or neither does to the gradient of x.
// The example comes from PyTorch's documentation of its time: out1 = x·y1, out2 = x·y2, L = (out1 − out2)².
import { noGrad, tensor } from "@gradlens/engine";

/** Case 1: both operands are connected, so x receives 2·(2 − 7)·(2 − 7) = 50. */
function allConnected() {
  const x = tensor(1, { requiresGrad: true });
  const y1 = tensor(2);
  const y2 = tensor(7);
  const out1 = x.mul(y1);
  const out2 = x.mul(y2);
  const L = out1.sub(out2).pow(2);
  L.backward();
  console.log("1. all connected:", x.grad?.item());
}

/** Case 2: out1 is detached; only the road through out2 is left, and x receives 70. */
function firstDetached() {
  const x = tensor(1, { requiresGrad: true });
  const y1 = tensor(2);
  const y2 = tensor(7);
  const out1 = x.mul(y1).detach();
  const out2 = x.mul(y2);
  const L = out1.sub(out2).pow(2);
  L.backward();
  console.log("2. out1 detached:", x.grad?.item());
}

/** Case 3: out2 is detached; only the road through out1 is left, and x receives −20. */
function secondDetached() {
  const x = tensor(1, { requiresGrad: true });
  const y1 = tensor(2);
  const y2 = tensor(7);
  const out1 = x.mul(y1);
  const out2 = x.mul(y2).detach();
  const L = out1.sub(out2).pow(2);
  L.backward();
  console.log("3. out2 detached:", x.grad?.item());
}

/** Case 4: both are detached. No road is left: x can never receive a gradient, and backward() throws. */
function bothDetached() {
  const x = tensor(1, { requiresGrad: true });
  const y1 = tensor(2);
  const y2 = tensor(7);
  const out1 = x.mul(y1).detach();
  const out2 = x.mul(y2).detach();
  const L = out1.sub(out2).pow(2);
  try {
    L.backward();
  } catch (error) {
    console.log("4. both detached:", error instanceof Error ? error.message : error);
  }
}

/** Case 5: inference. Inside noGrad nothing is recorded, and that is what this function wants. */
function inference() {
  // gradlens-intended: inference
  const x = tensor(1, { requiresGrad: true });
  const y1 = tensor(2);
  const y2 = tensor(7);
  const L = noGrad(() => {
    const out1 = x.mul(y1);
    const out2 = x.mul(y2);
    return out1.sub(out2).pow(2);
  });
  console.log("5. inference: L =", L.item(), "requires a gradient:", L.requiresGrad);
}

/** Case 6: gradients add up over two backwards, until they are zeroed. */
function accumulated() {
  const x = tensor(1, { requiresGrad: true });
  const y1 = tensor(2);
  const y2 = tensor(7);
  const loss = () => x.mul(y1).sub(x.mul(y2)).pow(2);
  loss().backward();
  loss().backward();
  console.log("6. two backwards:", x.grad?.item());
  x.grad?.zero_();
  loss().backward();
  console.log("   zeroed, then one more:", x.grad?.item());
}

allConnected();
firstDetached();
secondDetached();
bothDetached();
inference();
accumulated();
