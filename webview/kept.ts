/**
 * What of the panel outlives a reload of the window: where one was, and how one looked at it. The run itself is gone;
 * the static graph takes its place until the program runs again. Plain data, since the editor keeps it as JSON.
 */
import { levels } from "./folding/fold.js";
import { overlays } from "./overlay.js";
import { initialState, type State } from "./state.js";

export type Kept = Pick<State, "uri" | "camera" | "overlay" | "page" | "side" | "chosenLoss" | "selected"> & {
  readonly level: State["folding"]["level"];
  readonly toggled: readonly (readonly [group: string, to: "open" | "closed"])[];
};

export function keptOf({ uri, camera, overlay, page, side, chosenLoss, selected, folding }: State): Kept {
  return {
    uri,
    camera,
    overlay,
    page,
    side,
    chosenLoss,
    selected,
    level: folding.level,
    toggled: [...folding.toggled],
  };
}

/** The state of a page that was just loaded; an older version may have kept less, or other words. */
export function restored(kept: Partial<Kept> | undefined): State {
  const { level, toggled, overlay, ...rest } = { ...keptOf(initialState), ...kept };
  return {
    ...initialState,
    ...rest,
    overlay: overlays.find((each) => each.overlay === overlay)?.overlay ?? initialState.overlay,
    folding: {
      level: levels.find((each) => each === level) ?? initialState.folding.level,
      toggled: new Map(toggled),
    },
  };
}
