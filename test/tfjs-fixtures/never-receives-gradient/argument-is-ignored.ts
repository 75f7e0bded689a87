// `grads()` asks for a gradient by `b`, which the function takes and does not use: it throws.
import { grads, tensor1d } from "@tensorflow/tfjs";

const both = grads((a, b) => a.square().sum());
//                     ^ warning never-receives-gradient: `b` never receives a gradient: it is given to `grads()`, and no loss depends on it
//                     ^ 1: the leaf `b`
const [da, db] = both([tensor1d([1, 2]), tensor1d([3, 4])]);
//               ^^^^ 2: `grads()` is to differentiate by it
da?.print();
db?.print();
