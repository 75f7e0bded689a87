import { tensor } from "@gradlens/engine";

const x = tensor(1, { requiresGrad: true });
const y1 = tensor(2, { requiresGrad: true });
const y2 = tensor(7, { requiresGrad: true });

const out1 = x.mul(y1);
const out2 = x.mul(y2);

const d = out1.detach().sub(out2);
const L = d.pow(2);
L.backward();
